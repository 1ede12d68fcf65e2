using Braid.Channels.Common;

namespace Braid.Channels.GooglePlayReviews;

internal sealed class GooglePlayReviewsSetup : ISetup<GooglePlayReviewsSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GooglePlayReviewsSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        await TokenCalls.CheckAsync("Reviews", async () => Outcomes.Step(
            "Reviews", await new GooglePlayReviewsApi(settings, context.Provider).ListAsync(null, 1, ct), "Google Play", $"Google Play shows the reviews of {settings.PackageName}.",
            "Check the package name, and in the Play Console allow the service account to reply to reviews. Google may take a day to let it in.")),
    ];

    /// <summary>Nothing is to be registered: Braid looks by itself.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(GooglePlayReviewsSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
