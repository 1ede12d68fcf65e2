using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>
/// One envelope. A message is known by its author and its time in milliseconds, so keys are `author:time`; the author of ours is our number.
/// </summary>
internal sealed class SignalEnvelope(JsonElement json, string account)
{
    private string? Source => json.Id("sourceUuid") ?? json.Id("sourceNumber") ?? json.Id("source");

    public Reading Read()
    {
        if (Source is not { } source) { return new Reading.Ignored("an envelope without sender"); }
        if (json.Get("typingMessage") is { ValueKind: JsonValueKind.Object } typing)
        {
            var kind = typing.Text("action") == "STOPPED" ? SignalKind.StoppedTyping : SignalKind.Typing;
            return new Reading.Ignored("typing") { Signals = [new(kind, typing.Id("groupId") ?? source, source)] };
        }

        var events = json.Get("receiptMessage").IsObject() ? Receipts(source, json.Get("receiptMessage"))
            : json.Get("editMessage").IsObject() ? Edit(json.Get("editMessage"), source, source, outbound: false)
            : json.Get("dataMessage").IsObject() ? Data(json.Get("dataMessage"), source, source, outbound: false)
            : json.Get("syncMessage").Get("sentMessage") is { ValueKind: JsonValueKind.Object } sent ? Sent(sent, source)
            : [];
        return events.Count > 0 ? new Reading.Events(events) : new Reading.Ignored("nothing for a conversation in it");
    }

    private List<InboundEvent> Receipts(string source, JsonElement receipt)
    {
        var status = receipt.Flag("isViewed") ? "played" : receipt.Flag("isRead") ? "read" : receipt.Flag("isDelivery") ? "delivered" : null;
        if (status is null) { return []; }
        return
        [
            .. receipt.Items("timestamps").Select(t => t.AsId()).OfType<string>().Select(time => new InboundEvent(InboundKind.Status)
            {
                ExternalId = time, TargetKey = $"{account}:{time}", Sender = new Sender(source), ThreadId = source, Status = status, Timestamp = receipt.Epoch("when"),
            }),
        ];
    }

    /// <summary>Written on the number's own phone.</summary>
    private List<InboundEvent> Sent(JsonElement sent, string source)
    {
        if ((sent.Id("destinationUuid") ?? sent.Id("destinationNumber") ?? sent.Get("groupInfo").Id("groupId") ?? sent.Get("editMessage").Get("dataMessage").Get("groupInfo").Id("groupId")) is not { } to) { return []; }
        return sent.Get("editMessage").IsObject() ? Edit(sent.Get("editMessage"), source, to, outbound: true) : Data(sent, source, to, outbound: true);
    }

    private List<InboundEvent> Edit(JsonElement edit, string source, string with, bool outbound)
    {
        if (edit.Id("targetSentTimestamp") is not { } target) { return []; }
        return
        [
            .. Data(edit.Get("dataMessage"), source, with, outbound).Where(e => e.Kind == InboundKind.Message)
                .Select(e => e with { Kind = InboundKind.Edit, ExternalId = target, Key = KeyOf(source, target, outbound), TargetKey = KeyOf(source, target, outbound), ReplyTo = null }),
        ];
    }

    private List<InboundEvent> Data(JsonElement data, string source, string with, bool outbound)
    {
        var group = data.Get("groupInfo");
        if ((data.Id("timestamp") ?? json.Id("timestamp")) is not { } time) { return []; }
        var number = json.Text("sourceNumber");
        var thread = new InboundEvent(InboundKind.Message)
        {
            ExternalId = time,
            Key = KeyOf(source, time, outbound),
            Sender = new Sender(source)
            {
                Name = json.Text("sourceName"),
                Address = number,
                OtherIds = number is not null && number != source ? [number] : [],
                Keys = number is ['+', ..] && !outbound ? [new(KeyKind.Phone, number, "wrote from this number on Signal")] : [],
            },
            ThreadId = group.Id("groupId") ?? with,
            ThreadTitle = group.Text("groupName"),
            Audience = group.Id("groupId") is null ? Audience.Private : Audience.Shared,
            Timestamp = data.Epoch("timestamp") ?? json.Epoch("timestamp"),
            Outbound = outbound,
        };
        if (data.Get("remoteDelete").Id("timestamp") is { } deleted)
        {
            return [thread with { Kind = InboundKind.Delete, ExternalId = deleted, Key = KeyOf(source, deleted, outbound), TargetKey = KeyOf(source, deleted, outbound) }];
        }

        if (data.Get("reaction") is { ValueKind: JsonValueKind.Object } reaction && reaction.Id("targetSentTimestamp") is { } target)
        {
            return
            [
                thread with
                {
                    Kind = InboundKind.Reaction, Text = reaction.Text("emoji") ?? "reaction", ReplyTo = target, TargetKey = AuthorKey(reaction, "targetAuthor", target),
                    Status = reaction.Flag("isRemove") ? "removed" : "added",
                },
            ];
        }

        var content = SignalContent.Of(data, account, thread.ThreadId!, thread.Audience == Audience.Shared);
        if (content is null) { return []; }
        var quote = data.Get("quote");
        var quoted = quote.Id("id");
        return
        [
            thread with
            {
                Text = content.Text, Attachments = content.Attachments, Status = content.Unsupported ? "unsupported" : null,
                ReplyTo = quoted, TargetKey = quoted is null ? null : AuthorKey(quote, "author", quoted),
            },
        ];
    }

    private string KeyOf(string source, string time, bool ours) => $"{(ours ? account : source)}:{time}";

    private string AuthorKey(JsonElement json, string name, string time)
    {
        var number = json.Id(name + "Number");
        var author = number == account && number is not null ? account : json.Id(name + "Uuid") ?? number ?? json.Id(name) ?? Source!;
        return $"{author}:{time}";
    }
}
