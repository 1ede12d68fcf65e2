namespace Braid.Channels.GoogleChat;

internal sealed class GoogleChatKeys : IKeys<GoogleChatSettings>
{
    public IReadOnlyList<Uri> KeysFor(WebhookRequest request, GoogleChatSettings settings) => [settings.Keys];
}
