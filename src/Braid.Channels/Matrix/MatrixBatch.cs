using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>The events of one delivery, read one by one.</summary>
internal sealed class MatrixBatch(MatrixSettings settings, MatrixFacts facts)
{
    public List<InboundEvent> Events { get; } = [];
    public List<Signal> Signals { get; } = [];
    public List<string> Skipped { get; } = [];

    public void Room(string roomId, JsonElement room)
    {
        foreach (var e in room.Get("timeline").Items("events")) { Event(e, roomId, fromSync: true); }
        foreach (var e in room.Get("ephemeral").Items("events")) { Ephemeral(e, roomId); }
    }

    public void Event(JsonElement e, string? roomId, bool fromSync)
    {
        if (e.Id("event_id") is not { } id || e.Id("sender") is not { } sender || roomId is null || e.Text("type") is not { } type)
        {
            Skipped.Add("an event without id, room or sender");
            return;
        }

        var own = sender == settings.UserId;
        // Only the device that sent an event is told its transaction id: with one, it is the echo of what we sent.
        if (own && (!fromSync || e.Get("unsigned").Get("transaction_id").Exists() || type != "m.room.message"))
        {
            Skipped.Add($"{id} is our own");
            return;
        }

        var content = e.Get("content");
        if (type != "m.room.redaction" && (e.Get("unsigned").Get("redacted_because").Exists() || !content.IsObject() || !content.EnumerateObject().Any()))
        {
            Skipped.Add($"{id} was deleted before we saw it");
            return;
        }

        var thread = new InboundEvent(InboundKind.Message)
        {
            ExternalId = id,
            Sender = new Sender(sender) { Name = facts.Name(sender), Address = sender },
            ThreadId = roomId,
            ThreadTitle = facts.Audience == Audience.Shared ? facts.Title : null,
            Audience = facts.Audience,
            Timestamp = e.Epoch("origin_server_ts"),
            Outbound = own,
        };
        switch (type)
        {
            case "m.room.message" or "m.sticker" or "m.room.encrypted":
                Message(thread, type, content);
                break;
            case "m.reaction":
                React(thread, content.Get("m.relates_to"), "added");
                break;
            case "m.room.redaction":
                Redact(thread, e.Id("redacts") ?? content.Id("redacts"));
                break;
            case "m.poll.start" or "org.matrix.msc3381.poll.start":
                Events.Add(thread with { Status = "unsupported", Attachments = [new(AttachmentKind.Unknown) { Name = "A poll" }] });
                break;
            default:
                Skipped.Add($"{type}: no content for us");
                break;
        }
    }

    public void Ephemeral(JsonElement e, string? roomId)
    {
        if (roomId is null) { return; }
        if (e.Text("type") == "m.typing")
        {
            Signals.AddRange(e.Get("content").Items("user_ids").Select(user => user.AsId()).OfType<string>()
                .Where(user => user != settings.UserId).Select(user => new Signal(SignalKind.Typing, roomId, user)));
            return;
        }

        if (e.Text("type") != "m.receipt" || !e.Get("content").IsObject()) { return; }
        foreach (var read in e.Get("content").EnumerateObject())
        {
            if (!read.Value.Get("m.read").IsObject()) { continue; }
            foreach (var reader in read.Value.Get("m.read").EnumerateObject().Where(r => r.Name.StartsWith('@') && r.Name != settings.UserId))
            {
                Events.Add(new InboundEvent(InboundKind.Read)
                {
                    ExternalId = read.Name, TargetKey = read.Name, Sender = new Sender(reader.Name), ThreadId = roomId, Audience = facts.Audience,
                    Timestamp = reader.Value.Epoch("ts"), Status = "read",
                });
            }
        }
    }

    private void Message(InboundEvent thread, string type, JsonElement content)
    {
        var relation = content.Get("m.relates_to");
        if (relation.Text("rel_type") == "m.replace" && relation.Id("event_id") is { } original)
        {
            var better = MatrixContent.Of(type, content.Get("m.new_content").IsObject() ? content.Get("m.new_content") : content, reply: false);
            Events.Add(thread with
            {
                Kind = InboundKind.Edit, ExternalId = original, Key = original, TargetKey = original, EventId = thread.ExternalId,
                Text = better.Text, Attachments = better.Attachments, Status = better.Unsupported ? "unsupported" : null,
            });
            return;
        }

        // In a thread the reply is only there for clients that know no threads, unless it says otherwise.
        var replyTo = relation.Text("rel_type") == "m.thread" && relation.Flag("is_falling_back") ? null : relation.Get("m.in_reply_to").Id("event_id");
        var read = MatrixContent.Of(type, content, reply: replyTo is not null);
        Events.Add(thread with
        {
            Text = read.Text, Attachments = read.Attachments, Status = read.Unsupported ? "unsupported" : null, ReplyTo = replyTo, TargetKey = replyTo,
            Extra = Extra(content, relation),
        });
    }

    private void React(InboundEvent thread, JsonElement relation, string status)
    {
        if (relation.Id("event_id") is not { } target || relation.Text("key") is not { } emoji)
        {
            Skipped.Add("a reaction to nothing");
            return;
        }

        Events.Add(thread with { Kind = InboundKind.Reaction, Text = emoji, ReplyTo = target, TargetKey = target, Status = status });
    }

    private void Redact(InboundEvent thread, string? target)
    {
        if (target is null)
        {
            Skipped.Add("a redaction of nothing");
        }
        else if (facts.Reaction(target) is { ValueKind: JsonValueKind.Object } reaction)
        {
            React(thread, reaction, "removed");
        }
        else
        {
            Events.Add(thread with { Kind = InboundKind.Delete, ExternalId = target, Key = target, TargetKey = target, EventId = thread.ExternalId });
        }
    }

    private static Dictionary<string, string> Extra(JsonElement content, JsonElement relation)
    {
        var extra = new Dictionary<string, string>();
        if (content.Text("msgtype") == "m.notice") { extra["bot"] = "true"; } // Notices come from programs and are never answered by one.
        if (relation.Text("rel_type") == "m.thread" && relation.Id("event_id") is { } root) { extra["threadRoot"] = root; }
        return extra;
    }
}
