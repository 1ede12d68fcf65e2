using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>The instance's API, and what its answers mean.</summary>
internal static class MastodonApi
{
    public const string Provider = "The instance";

    public static JsonApi For(MastodonSettings settings, ProviderContext context, TimeSpan? timeout = null) =>
        new(settings.ApiBaseUrl, context, timeout ?? MastodonChannel.Limits.CallTimeout, JsonApi.Bearer(settings.AccessToken));

    public static SendResult Refused(ProviderAnswer answer) => answer switch
    {
        ProviderAnswer.Answered { Status: 401 } => new SendResult.Failed(
            FailureKind.Credentials, "The instance does not accept the access token. Copy it again from the application's page.", "401"),
        ProviderAnswer.Answered { Status: 403 } no => new SendResult.Failed(
            FailureKind.Other, $"The instance does not allow this: {Words(no)} Check the application's scopes and whether the account is limited.", "403"),
        ProviderAnswer.Answered { Status: 404 } => new SendResult.Failed(FailureKind.Other, "The post or person is gone, or no longer shown to this account.", "404"),
        ProviderAnswer.Answered { Status: 422 } no => new SendResult.Failed(FailureKind.Content, $"The instance refused the post: {Words(no)}", "422"),
        // The idempotency key makes repeating harmless, so trouble in Mastodon's own words is simply tried again.
        ProviderAnswer.Answered { Status: >= 500 } no when no.Json.Text("error") is not null => new SendResult.Retry("The instance is in trouble", no.RetryAfter) { ProviderDown = true },
        _ => Outcomes.Of(answer, Provider),
    };

    private static string Words(ProviderAnswer.Answered no) => Outcomes.Sentence(no.Json.Text("error") ?? "no reason given");
}
