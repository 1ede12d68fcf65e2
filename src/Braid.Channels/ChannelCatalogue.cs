using Braid.Channels.Echo;
using Braid.Channels.Email;
using Braid.Channels.LiveChat;
using Braid.Channels.Telegram;
using Braid.Channels.WhatsApp;

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
        new EchoChannel(),
    ];

    /// <summary>Null when there is no such channel.</summary>
    public static IChannel? Find(string id) => All.FirstOrDefault(channel => channel.Descriptor.Id == id);
}
