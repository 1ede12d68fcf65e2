using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

/// <summary>Reviews live in version 4 of the API, notification settings in a younger one.</summary>
internal sealed class GoogleBusinessProfileApi(GoogleBusinessProfileSettings settings, ProviderContext context)
{
    public const string Scope = "https://www.googleapis.com/auth/business.manage";
    public const string NoAccess = "Google does not let this account do it. Sign in with an owner or manager of the verified profile, and check that Google granted API access to the project.";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) =>
        CallAsync(JsonApi.Base(settings.ApiBaseUrl, "https://mybusiness.googleapis.com/v4"), call, ct);

    public Task<ProviderAnswer> CallNotificationsAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) =>
        CallAsync(JsonApi.Base(settings.NotificationsBaseUrl, "https://mybusinessnotifications.googleapis.com/v1"), call, ct);

    private Task<ProviderAnswer> CallAsync(string address, Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct)
    {
        var timeout = GoogleBusinessProfileChannel.Limits.CallTimeout;
        return context.Tokens.CallAsync(
            "google", (last, stop) => GoogleSignIn.RenewAsync(settings.Consent, last, context, timeout, stop),
            token => call(new JsonApi(address, context, timeout, JsonApi.Bearer(token))), no => no.Status == 401, ct);
    }
}

internal sealed class GoogleBusinessProfileLogin : ILogin<GoogleBusinessProfileSettings>
{
    public Uri Begin(GoogleBusinessProfileSettings settings, LoginRequest request) => GoogleSignIn.Begin(settings.Consent, GoogleBusinessProfileApi.Scope, request);

    public Task<LoginOutcome> FinishAsync(LoginAnswer answer, GoogleBusinessProfileSettings settings, ProviderContext context, CancellationToken ct) =>
        GoogleSignIn.FinishAsync(answer, settings.Consent, context, GoogleBusinessProfileChannel.Limits.CallTimeout, ct);
}
