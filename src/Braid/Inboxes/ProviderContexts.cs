using Braid.Channels;
using Braid.Platform.Http;

namespace Braid.Inboxes;

/// <summary>What an adapter gets of the outside world when it works for an inbox: the guarded client, guarded lines, the inbox's tokens.</summary>
internal sealed class ProviderContexts(ProviderHttp http, KeptTokens tokens, PublicAddress address, TimeProvider clock)
{
    public ProviderContext Of(ConnectedInbox inbox) => new(http.Client, clock) { Tokens = tokens.Of(inbox), Dial = http.DialAsync, WebhookUrl = WebhookUrl(inbox) };

    /// <summary>Where providers report what became of a message; as the world calls this server, whoever asks.</summary>
    private Uri WebhookUrl(ConnectedInbox inbox) => address.Of(null, $"/webhooks/{inbox.Channel.Descriptor.Id}/{inbox.Id}" + (inbox.WebhookKey is { } key ? "/" + key : ""));

    public ConnectContext Of(ConnectedInbox inbox, Uri webhookUrl) => new(http.Client, clock, webhookUrl) { Tokens = tokens.Of(inbox), Dial = http.DialAsync };
}
