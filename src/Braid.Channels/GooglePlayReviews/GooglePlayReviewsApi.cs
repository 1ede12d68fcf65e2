using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

internal sealed class GooglePlayReviewsApi(GooglePlayReviewsSettings settings, ProviderContext context)
{
    public const string NoAccess = "Google Play does not let the service account do this. In the Play Console allow it to reply to reviews of this app.";
    private const string Scope = "https://www.googleapis.com/auth/androidpublisher";

    private readonly GoogleServiceAccount? account = GoogleSignIn.ServiceAccount(settings.ServiceAccountKey);

    public Task<ProviderAnswer> ListAsync(string? page, int most, CancellationToken ct) =>
        CallAsync((api, root) => api.GetAsync($"{root}/reviews?maxResults={most}{(page is null ? "" : $"&token={Uri.EscapeDataString(page)}")}", ct), ct);

    public Task<ProviderAnswer> ReplyAsync(string review, string text, CancellationToken ct) =>
        CallAsync((api, root) => api.PostAsync($"{root}/reviews/{Uri.EscapeDataString(review)}:reply", new JsonObject { ["replyText"] = text }, ct), ct);

    private Task<ProviderAnswer> CallAsync(Func<JsonApi, string, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "google", (_, stop) => GoogleSignIn.RenewAsync(account, Scope, context, GooglePlayReviewsChannel.Limits.CallTimeout, stop),
        token => call(
            new JsonApi(JsonApi.Base(settings.ApiBaseUrl, "https://androidpublisher.googleapis.com"), context, GooglePlayReviewsChannel.Limits.CallTimeout, JsonApi.Bearer(token)),
            $"androidpublisher/v3/applications/{Uri.EscapeDataString(settings.PackageName)}"),
        no => no.Status == 401, ct);
}
