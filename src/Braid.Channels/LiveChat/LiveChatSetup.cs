namespace Braid.Channels.LiveChat;

/// <summary>There is nobody to call, so checking tells what the settings amount to.</summary>
internal sealed class LiveChatSetup : ISetup<LiveChatSettings>
{
    public Task<IReadOnlyList<CheckStep>> CheckAsync(LiveChatSettings settings, ConnectContext context, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<CheckStep>>([Address(context), Sites(settings), Identity(settings), Colour(settings)]);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(LiveChatSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);

    private static CheckStep Address(ConnectContext context) =>
        context.WebhookUrl.Scheme == Uri.UriSchemeHttps || context.WebhookUrl.IsLoopback
            ? new CheckStep("Address", true, $"Pages load the chat from {context.WebhookUrl.GetLeftPart(UriPartial.Authority)}.")
            : new CheckStep("Address", false, "Pages served over https can't load a chat over http.", "Put Braid behind https and set its public address to it.");

    private static CheckStep Sites(LiveChatSettings settings) =>
        settings.AllowedOrigins.Count == 0
            ? new CheckStep("Allowed sites", true, "Warning: any website can show this chat. List your sites under Allowed sites to limit it.")
            : new CheckStep("Allowed sites", true, $"Only {string.Join(", ", settings.AllowedOrigins)} can show this chat.");

    private static CheckStep Identity(LiveChatSettings settings) => settings switch
    {
        { IdentitySecret: null or "" } => new CheckStep("Signed identity", true, "Off: every visitor is a stranger until an agent knows better."),
        { RequireIdentity: true } => new CheckStep("Signed identity", true, "Required: the chat shows to signed-in users only."),
        _ => new CheckStep("Signed identity", true, "On: users whom your server signs are recognised on every device."),
    };

    private static CheckStep Colour(LiveChatSettings settings)
    {
        var shown = LiveChatColor.ForWhiteText(settings.Color);
        return new CheckStep("Colour", true, string.Equals(shown, settings.Color, StringComparison.OrdinalIgnoreCase)
            ? $"White text on {shown} can be read."
            : $"{settings.Color ?? "No colour"} is shown as {shown}, so that white text on it can be read.");
    }
}
