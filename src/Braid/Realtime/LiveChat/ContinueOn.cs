using Braid.Channels;
using Braid.Inboxes;

namespace Braid.Realtime.LiveChat;

/// <summary>Where else the visitor can reach the company: the first open inbox of each channel of the same brand that has an address. Pure.</summary>
internal static class ContinueOn
{
    public static IReadOnlyList<ContinueView> Of(Chat chat, IEnumerable<ConnectedInbox> all) =>
    [
        .. all.Where(i => i.Workspace == chat.Inbox.Workspace && i.Brand == chat.Inbox.Brand && i is { Enabled: true, Restricted: false } && i.Id != chat.Inbox.Id)
            .OrderBy(i => i.Id)
            .Select(i => (Inbox: i, Url: UrlOf(i)))
            .Where(i => i.Url is not null)
            .DistinctBy(i => i.Inbox.Channel.Descriptor.Id)
            .Select(i => new ContinueView(i.Inbox.Channel.Descriptor.Id, i.Inbox.Channel.Descriptor.Name, i.Url!)),
    ];

    private static string? UrlOf(ConnectedInbox inbox)
    {
        var address = inbox.Settings.Address?.Trim();
        return (inbox.Channel.Descriptor.Id, inbox.Channel.Descriptor.Address) switch
        {
            (_, _) when string.IsNullOrEmpty(address) => null,
            ("whatsapp", _) => Digits(address) is { Length: >= 7 } digits ? "https://wa.me/" + digits : null,
            ("telegram", _) when address is ['@', .. var name] => "https://t.me/" + Uri.EscapeDataString(name),
            ("sms", _) => Digits(address) is { Length: >= 3 } digits ? "sms:+" + digits : null,
            ("voice", _) => Digits(address) is { Length: >= 3 } digits ? "tel:+" + digits : null,
            (_, AddressKind.Email) when address.Contains('@', StringComparison.Ordinal) => "mailto:" + Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal),
            _ => null,
        };
    }

    private static string Digits(string address) => string.Concat(address.Where(char.IsAsciiDigit));
}
