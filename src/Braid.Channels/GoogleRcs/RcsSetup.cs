using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>The webhook is set in Google's console; asking what a number can show proves key and agent.</summary>
internal sealed class RcsSetup : ISetup<GoogleRcsSettings>
{
    private const string Nobody = "+15555550100"; // kept free for examples: the answer is always "not reachable"

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GoogleRcsSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new RcsApi(settings, context.Provider);
        var agent = await TokenCalls.CheckAsync("Agent", async () =>
        {
            var answer = await api.CallAsync(json => json.GetAsync(api.Path(Nobody, "capabilities", ("requestId", Guid.NewGuid().ToString())), ct), ct);
            return answer is ProviderAnswer.Answered { Status: 404 }
                ? new("Agent", true, "Google knows this agent and the service account.")
                : Outcomes.Step("Agent", answer, "Google", "Google knows this agent and the service account.", "Check the agent id, and that the service account's key was made for this agent in the Business Communications console.");
        });
        return agent.Ok
            ? [agent, new("Webhook", true, "Not checked: Google has no way to ask. In the console, under Integrations, set this inbox's address with the same client token.")]
            : [agent];
    }

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(GoogleRcsSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
