using Braid.Channels.Bluesky;
using Braid.Channels.Echo;
using Braid.Channels.Email;
using Braid.Channels.Irc;
using Braid.Channels.LiveChat;
using Braid.Channels.Mastodon;
using Braid.Channels.Matrix;
using Braid.Channels.SignalCli;
using Braid.Channels.Telegram;
using Braid.Channels.WhatsApp;
using Braid.Channels.Xmpp;

namespace Braid.Channels;

/// <summary>The channels this build knows, in the order the "connect a channel" page shows them.</summary>
public static class ChannelCatalogue
{
    public static IReadOnlyList<IChannel> All { get; } =
    [
        new WhatsAppChannel(),
        new TelegramChannel(),
        new EmailChannel(),
        new LiveChatChannel(),
        new MatrixChannel(),
        new MastodonChannel(),
        new BlueskyChannel(),
        new SignalCliChannel(),
        new IrcChannel(),
        new XmppChannel(),
        new EchoChannel(),
    ];

    /// <summary>Null when there is no such channel.</summary>
    public static IChannel? Find(string id) => All.FirstOrDefault(channel => channel.Descriptor.Id == id);

    /// <summary>By its id or by a variant's (`sms-twilio`), with the settings that make it that variant.</summary>
    public static (IChannel Channel, IReadOnlyDictionary<string, string> Settings)? FindVariant(string id) =>
        Find(id) is { } channel ? (channel, NoSettings)
        : All.SelectMany(c => c.Descriptor.Variants.Select(v => (Channel: c, Variant: v))).FirstOrDefault(v => v.Variant.Id == id) is { Variant: { } variant } found
            ? (found.Channel, variant.Settings)
            : null;

    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
}
