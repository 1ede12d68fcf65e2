using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

internal sealed class YouTubeApi(YouTubeCommentsSettings settings, ProviderContext context)
{
    public const string Scope = "https://www.googleapis.com/auth/youtube.force-ssl";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct)
    {
        var timeout = YouTubeCommentsChannel.Limits.CallTimeout;
        return context.Tokens.CallAsync(
            "google", (last, stop) => GoogleSignIn.RenewAsync(settings.Consent, last, context, timeout, stop),
            token => call(new JsonApi(JsonApi.Base(settings.ApiBaseUrl, "https://www.googleapis.com/youtube/v3"), context, timeout, JsonApi.Bearer(token))),
            no => no.Status == 401, ct);
    }

    public static string? Reason(JsonElement json) => json.Get("error").Items("errors").Select(e => e.Text("reason")).FirstOrDefault();

    /// <summary>The quota begins anew at midnight in California, whose summer time is not looked up: an hour late does no harm.</summary>
    public static DateTimeOffset QuotaDay(DateTimeOffset now) => new(now.ToOffset(TimeSpan.FromHours(-8)).Date, TimeSpan.FromHours(-8));

    public static TimeSpan UntilNewQuota(DateTimeOffset now) => QuotaDay(now).AddDays(1).AddMinutes(2) - now;
}

internal sealed class YouTubeCommentsLogin : ILogin<YouTubeCommentsSettings>
{
    public Uri Begin(YouTubeCommentsSettings settings, LoginRequest request) => GoogleSignIn.Begin(settings.Consent, YouTubeApi.Scope, request);

    public Task<LoginOutcome> FinishAsync(LoginAnswer answer, YouTubeCommentsSettings settings, ProviderContext context, CancellationToken ct) =>
        GoogleSignIn.FinishAsync(answer, settings.Consent, context, YouTubeCommentsChannel.Limits.CallTimeout, ct);
}
