using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

internal sealed class YouTubeCommentsSetup : ISetup<YouTubeCommentsSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(YouTubeCommentsSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        await TokenCalls.CheckAsync("Comments", async () =>
        {
            var answer = await new YouTubeApi(settings, context.Provider).CallAsync(
                call => call.GetAsync($"commentThreads?part=snippet&allThreadsRelatedToChannelId={Uri.EscapeDataString(settings.ChannelId)}&maxResults=1", ct), ct);
            return answer is ProviderAnswer.Answered { Status: 403 } no && YouTubeApi.Reason(no.Json) is "quotaExceeded"
                ? new CheckStep("Comments", false, "YouTube's quota for today is used up.", "Wait until midnight in California, or ask Google for more.")
                : Outcomes.Step("Comments", answer, "YouTube", "YouTube shows the channel's comments.", "Check the channel's id, and sign in with the account that owns it.");
        }),
    ];

    /// <summary>Nothing is to be registered: Braid looks by itself.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(YouTubeCommentsSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
