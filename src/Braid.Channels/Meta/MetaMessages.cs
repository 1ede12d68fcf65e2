using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Direct messages and what happens to them. Messages name nobody: Meta gives names only to who asks for each profile.</summary>
internal static class MetaMessages
{
    public static void Read(MetaItem item, MetaBatch read)
    {
        if (item.Sender is null || item.Customer is null)
        {
            read.Skipped.Add($"{item.Kind} without sender or recipient");
            return;
        }

        var json = item.Json;
        if (item.Message.IsObject()) Message(item, read);
        else if (json.Get("message_edit") is { ValueKind: JsonValueKind.Object } edit) Edit(item, edit, read);
        else if (json.Get("reaction") is { ValueKind: JsonValueKind.Object } reaction) Reaction(item, reaction, read);
        else if (json.Get("postback") is { ValueKind: JsonValueKind.Object } postback) Postback(item, postback, read);
        else if (json.Get("read") is { ValueKind: JsonValueKind.Object } seen) Seen(item, seen, read);
        else if (json.Get("delivery") is { ValueKind: JsonValueKind.Object } delivery) Delivered(item, delivery, read);
        else read.Skipped.Add(Notice(item));
    }

    private static void Message(MetaItem item, MetaBatch read)
    {
        var message = item.Message;
        if (message.Id("mid") is not { } id)
        {
            read.Skipped.Add("a message without id");
            return;
        }

        if (message.Flag("is_deleted"))
        {
            read.Events.Add(item.Event(InboundKind.Delete) with { ExternalId = id, TargetKey = id });
            return;
        }

        if (item.Echo && MetaEcho.IsOurs(message.Text("metadata"), out var ours))
        {
            // What we sent comes back: it settles a send whose answer was lost, and is nothing new.
            read.Events.Add(item.Event(InboundKind.Status) with
            {
                ExternalId = id, TargetKey = id, Status = "sent", Correlation = ours, Sender = new Sender(item.Customer!), Outbound = false,
            });
            return;
        }

        var payload = item.Echo ? null : message.Get("quick_reply").Text("payload");
        var story = message.Get("reply_to").Get("story");
        var quoted = message.Get("reply_to").Id("mid");
        var filled = MetaContent.Fill(item.Event(payload is null ? InboundKind.Message : InboundKind.Postback), message);
        read.Events.Add(filled with
        {
            ExternalId = id,
            Payload = payload,
            ReplyTo = quoted ?? (story.Id("id") is { } storyId ? $"story:{storyId}" : null),
            TargetKey = quoted,
            Referral = MetaReferral.Of(message.Get("referral")),
            Extra = MetaReferral.Extra(message.Get("referral")),
        });
    }

    private static void Edit(MetaItem item, JsonElement edit, MetaBatch read)
    {
        if (edit.Id("mid") is not { } id)
        {
            read.Skipped.Add("an edit without id");
            return;
        }

        // Apps in development have been seen to tell a new message as its "edit number 0".
        read.Events.Add(edit.Number("num_edit") == 0
            ? item.Event(InboundKind.Message) with { ExternalId = id, Text = edit.Text("text") }
            : item.Event(InboundKind.Edit) with { ExternalId = id, TargetKey = id, Text = edit.Text("text") });
    }

    private static void Reaction(MetaItem item, JsonElement reaction, MetaBatch read)
    {
        if (reaction.Id("mid") is not { } target)
        {
            read.Skipped.Add("a reaction to nothing");
            return;
        }

        var removed = reaction.Text("action") == "unreact";
        read.Events.Add(item.Event(InboundKind.Reaction) with
        {
            TargetKey = target, ReplyTo = target, Status = removed ? "removed" : "added",
            Text = reaction.Text("emoji") ?? (removed ? null : reaction.Text("reaction")),
        });
    }

    private static void Postback(MetaItem item, JsonElement postback, MetaBatch read)
    {
        var id = postback.Id("mid");
        var payload = postback.Text("payload");
        read.Events.Add(item.Event(InboundKind.Postback) with
        {
            ExternalId = id,
            // Older taps have no id; who, when and what is the same on redelivery.
            Key = id ?? string.Create(CultureInfo.InvariantCulture, $"{item.Sender}:{item.Json.Id("timestamp")}:{payload ?? postback.Text("title")}"),
            Text = postback.Text("title"),
            Payload = payload,
            Referral = MetaReferral.Of(postback.Get("referral")),
            Extra = MetaReferral.Extra(postback.Get("referral")),
        });
    }

    /// <summary>Instagram names the last message seen, Messenger the time up to which all is seen.</summary>
    private static void Seen(MetaItem item, JsonElement seen, MetaBatch read) => read.Events.Add(item.Event(InboundKind.Read) with
    {
        ExternalId = seen.Id("mid"),
        Timestamp = seen.Epoch("watermark") ?? item.Timestamp,
    });

    private static void Delivered(MetaItem item, JsonElement delivery, MetaBatch read)
    {
        var common = item.Event(InboundKind.Status) with { Status = "delivered", Timestamp = delivery.Epoch("watermark") ?? item.Timestamp };
        var ids = delivery.Items("mids").Select(mid => mid.AsId()).OfType<string>().ToList();
        if (ids.Count == 0)
        {
            read.Events.Add(common);
            return;
        }

        read.Events.AddRange(ids.Select(id => common with { ExternalId = id, TargetKey = id }));
    }

    /// <summary>Known and unknown kinds without content: where a thread went, who came by which link.</summary>
    private static string Notice(MetaItem item) => item.Json.Get("referral") is { ValueKind: JsonValueKind.Object } referral
        ? $"{item.Sender} came by {referral.Text("source") ?? "a link"} {referral.Text("ref")}".TrimEnd()
        : $"{item.Kind}: no content for us";
}
