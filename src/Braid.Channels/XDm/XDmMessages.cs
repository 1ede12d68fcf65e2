using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Direct messages, read marks and typing; the same items in both products.</summary>
internal static class XDmMessages
{
    public static void Read(string account, JsonElement item, JsonElement users, XDmFound found)
    {
        var create = item.Get("message_create");
        if (item.Id("id") is not { } id || create.Id("sender_id") is not { } sender || ThreadOf(sender, create.Get("target")) is not { } thread)
        {
            found.Skipped.Add($"{item.Text("type") ?? "an item"} without id, sender or recipient");
            return;
        }

        var data = create.Get("message_data");
        var attachment = data.Get("attachment");
        var e = new InboundEvent(InboundKind.Message)
        {
            Account = account,
            ExternalId = id,
            ThreadId = thread,
            Audience = thread.StartsWith(XDmThread.Group, StringComparison.Ordinal) ? Audience.Shared : Audience.Private,
            Sender = Person(sender, users),
            Outbound = sender == account,
            RecipientId = sender == account ? create.Get("target").Id("recipient_id") : null,
            Text = TextOf(data),
            Timestamp = item.Epoch("created_timestamp"),
            Attachments = attachment.IsObject() ? [XDmContent.Attachment(attachment)] : [],
        };
        var choice = data.Get("quick_reply_response");
        found.Events.Add(
            choice.Id("metadata") is { } payload ? e with { Kind = InboundKind.Postback, Payload = payload }
            : e.Attachments is [{ Kind: AttachmentKind.Unknown }] && e.Text is null ? e with { Status = "unsupported" }
            : e);
    }

    public static void ReadMark(string account, JsonElement item, JsonElement users, XDmFound found)
    {
        if (item.Id("last_read_event_id") is not { } id || item.Id("sender_id") is not { } sender || ThreadOf(sender, item.Get("target")) is not { } thread)
        {
            found.Skipped.Add("a read mark without message or sender");
            return;
        }

        found.Events.Add(new InboundEvent(InboundKind.Read)
        {
            Account = account, ExternalId = id, TargetKey = id, ThreadId = thread, Sender = Person(sender, users), Outbound = sender == account, Timestamp = item.Epoch("created_timestamp"),
        });
    }

    public static void ReadTyping(string account, JsonElement item, XDmFound found)
    {
        if (item.Id("sender_id") is { } sender && sender != account && ThreadOf(sender, item.Get("target")) is { } thread)
        {
            found.Signals.Add(new(SignalKind.Typing, thread, sender, account));
        }
    }

    /// <summary>End-to-end encrypted: that something came is all we can tell.</summary>
    public static void ReadEncrypted(string? account, JsonElement payload, XDmFound found)
    {
        if (payload.Id("id") is not { } id || payload.Id("sender_id") is not { } sender || payload.Id("conversation_id") is not { } thread)
        {
            found.Skipped.Add("an encrypted message without id or sender");
            return;
        }

        found.Events.Add(new InboundEvent(InboundKind.Message)
        {
            Account = account,
            ExternalId = id,
            ThreadId = thread,
            Sender = new Sender(sender),
            Outbound = sender == account,
            Timestamp = payload.Epoch("created_at_msec"),
            Status = "unsupported",
            Attachments = [new(AttachmentKind.Unknown) { Facts = new Dictionary<string, string> { ["content"] = "encrypted message" } }],
        });
    }

    /// <summary>The users of XAA stand one level deeper than those of AAA; either may be missing.</summary>
    public static Sender Person(string id, JsonElement users)
    {
        var user = users.Get(id);
        user = user.Get("data").IsObject() ? user.Get("data") : user;
        var name = user.Text("username") ?? user.Text("screen_name");
        return new Sender(id) { Name = user.Text("name"), Username = name, Address = name is null ? null : "@" + name };
    }

    private static string? ThreadOf(string sender, JsonElement target) =>
        target.Id("conversation_id") is { } group ? XDmThread.Group + group
        : target.Id("recipient_id") is { } recipient ? XDmThread.OneToOne(sender, recipient)
        : null;

    /// <summary>The link to the message's own picture is no text; other links read as they were typed.</summary>
    private static string? TextOf(JsonElement data)
    {
        if (data.Text("text") is not { } text) { return null; }
        foreach (var link in data.Get("entities").Items("urls"))
        {
            if (link.Text("url") is not { } shown || link.Text("expanded_url") is not { } whole) { continue; }
            var own = data.Get("attachment").IsObject() && whole.Contains("/messages/media/", StringComparison.Ordinal);
            text = own && text.EndsWith(shown, StringComparison.Ordinal) ? text[..^shown.Length].TrimEnd() : text.Replace(shown, whole, StringComparison.Ordinal);
        }

        return XDmContent.Plain(text) is var plain && string.IsNullOrWhiteSpace(plain) ? null : plain;
    }
}

/// <summary>
/// One-to-one conversations are both ids joined by a dash, the smaller first; groups have a mark of ours; a number alone is a public
/// conversation, named by the post that began it.
/// </summary>
internal static class XDmThread
{
    public const string Group = "group:";

    public static string OneToOne(string one, string other) =>
        one.Length < other.Length || (one.Length == other.Length && string.CompareOrdinal(one, other) <= 0) ? $"{one}-{other}" : $"{other}-{one}";

    public static bool IsPublic(string? thread, string recipient) => thread is not null && thread != recipient && thread.All(char.IsAsciiDigit);
}
