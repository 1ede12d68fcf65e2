using System.Globalization;
using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>
/// One message. Corrections, reactions and receipts name the sender's own id, so keys are made of that: `address|id`; ours is known to be ours
/// by its form, because we make it from our message's id.
/// </summary>
/// <param name="made">Stands in for an id where the sender gave none.</param>
internal sealed class XmppMessage(XElement stanza, XElement? delay, string? archived, string made, XmppSettings settings)
{
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic"];
    private static readonly string[] Sounds = [".mp3", ".ogg", ".oga", ".opus", ".m4a", ".wav", ".aac"];
    private static readonly string[] Films = [".mp4", ".webm", ".mov", ".mkv"];

    public string? From { get; } = stanza.Attr("from");

    public string Type { get; } = stanza.Attr("type") ?? "normal";

    private bool Group => Type == "groupchat";

    private string FromBare => XmppNames.Bare(From!);

    /// <summary>Written by our account, on another device.</summary>
    public bool Outbound => !Group && FromBare.Equals(settings.Jid, StringComparison.OrdinalIgnoreCase);

    public string Thread => Outbound ? XmppNames.Bare(stanza.Attr("to") ?? FromBare) : FromBare;

    public string SenderId => Group ? From! : FromBare;

    private string? Id => stanza.Attr("id") ?? stanza.Element(XmppNames.Sid + "origin-id").Attr("id");

    /// <summary>What we said comes back from rooms and out of the archive.</summary>
    public bool IsEcho => Group ? XmppNames.Resource(From!) is null || XmppNames.Resource(From!) == settings.Local : Outbound && IsOurs(Id);

    /// <summary>The server's own id counts, if it is our server or the room that gives it.</summary>
    private string? StanzaId => archived ?? stanza.Elements(XmppNames.Sid + "stanza-id")
        .FirstOrDefault(s => s.Attr("by") is { } by && (by == settings.Jid || by == settings.Domain || (Group && by == FromBare))).Attr("id");

    public static bool IsOurs(string? id) => id is { Length: >= 36 } && Guid.TryParseExact(id[..36], "D", out _);

    public InboundEvent? Event()
    {
        var thing = new InboundEvent(InboundKind.Message)
        {
            ExternalId = StanzaId ?? stanza.Element(XmppNames.Sid + "origin-id").Attr("id") ?? Id,
            Sender = new Sender(SenderId) { Name = Group ? XmppNames.Resource(From!) : Text(stanza.Element(XmppNames.Nick + "nick")), Address = SenderId },
            ThreadId = Thread,
            ThreadTitle = Group ? Thread : null,
            Audience = Group ? Audience.Shared : Audience.Private,
            Timestamp = XmppReceiver.Time(delay ?? stanza.Element(XmppNames.Delay + "delay")),
            Outbound = Outbound,
        };
        if (stanza.Element(XmppNames.Retract + "retract").Attr("id") is { } gone) { return thing with { Kind = InboundKind.Delete, ExternalId = gone, Key = Key(gone), TargetKey = Key(gone) }; }
        if (stanza.Element(XmppNames.Reactions + "reactions") is { } reactions && reactions.Attr("id") is { } target) { return Reaction(thing, reactions, target); }
        if (Said() is { } said) { return Message(thing, said); }
        if (Outbound) { return null; }
        if (stanza.Element(XmppNames.Receipts + "received").Attr("id") is { } delivered) { return Status(thing, InboundKind.Status, delivered, "delivered"); }
        return stanza.Element(XmppNames.Markers + "displayed").Attr("id") is { } displayed ? Status(thing, InboundKind.Read, displayed, "read") : null;
    }

    /// <summary>What we sent came back as an error; the text in it is our own.</summary>
    public InboundEvent? Bounce()
    {
        if (stanza.Attr("id") is not { } id) { return null; }
        var error = stanza.Own("error");
        var condition = error?.Elements().FirstOrDefault(e => e.Name.Namespace == XmppNames.Stanzas && e.Name.LocalName != "text")?.Name.LocalName;
        return new InboundEvent(InboundKind.Status)
        {
            ExternalId = id, TargetKey = id, Correlation = IsOurs(id) ? id[..36] : null, Sender = new Sender(FromBare), ThreadId = FromBare, Status = "failed", ErrorCode = condition,
            ErrorText = condition switch
            {
                "item-not-found" or "service-unavailable" => "There is no such address, or it takes no messages.",
                "remote-server-not-found" or "remote-server-timeout" => "The person's server can't be reached. Try again later.",
                "forbidden" or "not-authorized" or "policy-violation" or "not-allowed" => "The person or their server takes no messages from us.",
                "resource-constraint" or "recipient-unavailable" => "The person's server is too busy now. Try again later.",
                _ => "The message could not be delivered.",
            },
        };
    }

    private InboundEvent Message(InboundEvent thing, (string? Text, IReadOnlyList<InboundAttachment> Files, bool Unsupported) said)
    {
        var replace = stanza.Element(XmppNames.Correct + "replace").Attr("id");
        var replyTo = replace is null ? stanza.Element(XmppNames.Reply + "reply").Attr("id") : null;
        return thing with
        {
            Kind = replace is null ? InboundKind.Message : InboundKind.Edit,
            ExternalId = replace ?? thing.ExternalId,
            Key = Key(replace ?? Id ?? StanzaId ?? made),
            TargetKey = replace is not null ? Key(replace) : replyTo is null ? null : Target(replyTo),
            Text = said.Text,
            Attachments = said.Files,
            ReplyTo = replyTo,
            Status = said.Unsupported ? "unsupported" : null,
            // Receipts and read marks name this id, which may differ from the server's.
            Extra = Id is { Length: <= 200 } id ? new Dictionary<string, string> { ["messageId"] = id } : new Dictionary<string, string>(),
        };
    }

    private InboundEvent Reaction(InboundEvent thing, XElement reactions, string target)
    {
        // The set is told whole: an empty one took all back.
        var emoji = reactions.Elements(XmppNames.Reactions + "reaction").Select(r => r.Value.Trim()).FirstOrDefault(r => r.Length > 0);
        return thing with { Kind = InboundKind.Reaction, Text = emoji, ReplyTo = target, TargetKey = Target(target), Status = emoji is null ? "removed" : "added" };
    }

    private static InboundEvent Status(InboundEvent thing, InboundKind kind, string id, string status) => thing with
    {
        Kind = kind, ExternalId = id, Key = null, TargetKey = id, Status = status, Correlation = IsOurs(id) ? id[..36] : null, Sender = thing.Sender! with { Name = null },
    };

    private (string? Text, IReadOnlyList<InboundAttachment> Files, bool Unsupported)? Said()
    {
        if (stanza.Elements().Any(e => e.Name.LocalName == "encrypted" && e.Name.NamespaceName.Contains("omemo", StringComparison.OrdinalIgnoreCase) || e.Name.NamespaceName == "eu.siacs.conversations.axolotl"))
        {
            return (null, [new(AttachmentKind.Unknown) { Name = "Encrypted, cannot be read" }], true);
        }

        var body = Text(stanza.Own("body"));
        var url = stanza.Element(XmppNames.Oob + "x")?.Element(XmppNames.Oob + "url")?.Value.Trim();
        var files = string.IsNullOrEmpty(url) ? [] : new[] { File(url) };
        if (body is null && files.Length == 0) { return null; }
        return (body == url ? null : WithoutQuote(body), files, false);
    }

    private static InboundAttachment File(string url)
    {
        var name = Uri.TryCreate(url, UriKind.Absolute, out var address) ? Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]) : "";
        var ending = Path.GetExtension(name).ToLowerInvariant();
        var kind = Pictures.Contains(ending) ? AttachmentKind.Image : Sounds.Contains(ending) ? AttachmentKind.Audio : Films.Contains(ending) ? AttachmentKind.Video : AttachmentKind.File;
        return new(kind) { Name = name.Length > 0 ? name : null, MediaRef = url };
    }

    /// <summary>A reply may quote above its own words, for older programs; the range is counted in code points.</summary>
    private string? WithoutQuote(string? body)
    {
        var range = stanza.Elements(XmppNames.Fallback + "fallback").FirstOrDefault(f => f.Attr("for") == XmppNames.Reply.NamespaceName)?.Element(XmppNames.Fallback + "body");
        if (body is null || range is null || !Number(range, "start", out var start) || !Number(range, "end", out var end) || start > end) { return body; }
        var runes = body.EnumerateRunes().ToList();
        var kept = string.Concat(runes.Where((_, i) => i < start || i >= end).Select(r => r.ToString()));
        return string.IsNullOrWhiteSpace(kept) ? null : kept;

        static bool Number(XElement element, string name, out int number) => int.TryParse(element.Attr(name), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private string Key(string id) => Outbound && IsOurs(id) ? id : $"{(Group ? Thread : FromBare)}|{id}";

    /// <summary>What somebody reacts or replies to: ours, else the other side's.</summary>
    private string Target(string id) => IsOurs(id) ? id : $"{Thread}|{id}";

    private static string? Text(XElement? element) => element is null || string.IsNullOrWhiteSpace(element.Value) ? null : element.Value;
}
