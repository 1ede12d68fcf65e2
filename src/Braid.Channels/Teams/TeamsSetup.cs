using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Only the sign-in can be checked from here: the messaging endpoint is entered in Azure.</summary>
internal sealed class TeamsSetup : ISetup<TeamsSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(TeamsSettings settings, ConnectContext context, CancellationToken ct)
    {
        var (token, refused) = await TokenTry.StepAsync(() => new TeamsApi(settings, context.Provider).TokenAsync(ct));
        return token is null ? [refused!] : [new("Sign-in", true, "Microsoft accepts the bot's App ID and secret.")];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(TeamsSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        return steps.All(s => s.Ok)
            ? [.. steps, new("Messages", true, $"Enter {context.WebhookUrl} as messaging endpoint of the Azure Bot, if you have not yet: only people can do that.")]
            : steps;
    }
}
