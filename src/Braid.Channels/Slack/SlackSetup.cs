using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Slack's event address is entered by hand: only the token can be checked from here.</summary>
internal sealed class SlackSetup : ISetup<SlackSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(SlackSettings settings, ConnectContext context, CancellationToken ct)
    {
        var (token, refused) = await TokenTry.StepAsync(() => SlackTokens.GetAsync(settings, context.Provider, ct));
        if (token is null) { return [refused!]; }

        var answer = await new SlackApi(settings, context.Provider, token.Value).PostAsync("auth.test", new JsonObject(), ct);
        if (answer is ProviderAnswer.Answered { Ok: true } && !SlackApi.Yes(answer))
        {
            return [new("Token", false, $"Slack does not accept the bot token ({SlackApi.ErrorOf(answer)}).", "Install the app again and copy its bot token, or sign in again.")];
        }

        var step = Outcomes.Step("Token", answer, "Slack", "", "Install the app again and copy its bot token, or sign in again.");
        if (!step.Ok) { return [step]; }
        var me = ((ProviderAnswer.Answered)answer).Json;
        step = step with { Message = $"The app is @{me.Text("user")} in {me.Text("team")} ({me.Id("team_id")})." };
        return settings.Account is { } team && me.Id("team_id") is { } real && team != real
            ? [step, new("Workspace", false, $"The token belongs to workspace {real}, not {team}.", $"Enter {real} as workspace id.")]
            : [step];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(SlackSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        return steps.All(s => s.Ok)
            ? [.. steps, new("Events", true, $"Enter {context.WebhookUrl} under Event Subscriptions and under Interactivity & Shortcuts, if you have not yet: Slack lets only people do that.")]
            : steps;
    }
}
