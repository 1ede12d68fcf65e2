using Braid.Channels;
using Braid.Platform.Http;

namespace Braid.Inboxes;

/// <summary>What an adapter gets of the outside world when it works for an inbox: the guarded client, guarded lines, the inbox's tokens.</summary>
internal sealed class ProviderContexts(ProviderHttp http, KeptTokens tokens, TimeProvider clock)
{
    public ProviderContext Of(ConnectedInbox inbox) => new(http.Client, clock) { Tokens = tokens.Of(inbox), Dial = http.DialAsync };

    public ConnectContext Of(ConnectedInbox inbox, Uri webhookUrl) => new(http.Client, clock, webhookUrl) { Tokens = tokens.Of(inbox), Dial = http.DialAsync };
}
