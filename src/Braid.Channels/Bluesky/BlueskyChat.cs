using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Bluesky;

/// <summary>The chat log: a union of kinds, of which those we don't know are passed over.</summary>
/// <param name="convos">Members of the conversations, as the listener looked them up.</param>
internal sealed class BlueskyChat(string? ownDid, JsonElement convos, List<InboundEvent> events, List<string> skipped)
{
    public void Read(JsonElement log)
    {
        var kind = log.Text("$type")?.Split('#')[^1];
        var message = log.Get("message");
        if (kind is not ("logCreateMessage" or "logDeleteMessage" or "logAddReaction" or "logRemoveReaction"))
        {
            skipped.Add($"{kind ?? "an entry"}: no content for us");
            return;
        }

        var reaction = kind.EndsWith("Reaction", StringComparison.Ordinal) ? log.Get("reaction") : default;
        if (log.Id("convoId") is not { } convo || message.Id("id") is not { } id || (reaction.IsObject() ? reaction : message).Get("sender").Id("did") is not { } did)
        {
            skipped.Add("an entry without conversation, message or sender");
            return;
        }

        if (did == ownDid)
        {
            skipped.Add($"{id} is our own");
            return;
        }

        var members = convos.Get(convo).Items("members").ToList();
        var member = members.FirstOrDefault(m => m.Id("did") == did);
        var key = $"{convo}:{id}";
        var thread = new InboundEvent(InboundKind.Message)
        {
            ExternalId = id,
            Key = key,
            Sender = new Sender(did)
            {
                Name = member.Text("displayName"), Username = member.Text("handle"), Address = member.Text("handle") is { } handle ? "@" + handle : null,
            },
            ThreadId = convo,
            Audience = members.Count > 2 ? Audience.Shared : Audience.Private,
        };
        switch (kind)
        {
            case "logDeleteMessage":
                events.Add(thread with { Kind = InboundKind.Delete, TargetKey = key }); // sentAt is the message's time, not the deletion's.
                break;
            case "logAddReaction" or "logRemoveReaction":
                events.Add(thread with
                {
                    Kind = InboundKind.Reaction, ExternalId = null, Key = null, TargetKey = key, ReplyTo = id, Text = reaction.Text("value") ?? "reaction",
                    Status = kind == "logAddReaction" ? "added" : "removed", Timestamp = BlueskyReceiver.Time(reaction, "createdAt"),
                });
                break;
            case "logCreateMessage" when message.Text("$type")?.EndsWith("#deletedMessageView", StringComparison.Ordinal) == true:
                skipped.Add($"{id} was deleted before we saw it");
                break;
            default:
                Said(thread, convo, message);
                break;
        }
    }

    private void Said(InboundEvent thread, string convo, JsonElement message)
    {
        var text = message.Text("text");
        var attachments = BlueskyEmbeds.Of(message.Get("embed"), thread.Sender!.Id);
        var replyTo = message.Get("replyTo").Id("id");
        events.Add(thread with
        {
            Text = text, Attachments = attachments, ReplyTo = replyTo, TargetKey = replyTo is null ? null : $"{convo}:{replyTo}", Timestamp = BlueskyReceiver.Time(message, "sentAt"),
            Status = text is null && attachments.All(a => a.Kind == AttachmentKind.Unknown) ? "unsupported" : null,
        });
    }
}
