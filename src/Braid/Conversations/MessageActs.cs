using Braid.Channels;

namespace Braid.Conversations;

/// <summary>What can be done to a message on its channel. Pure; the message's view offers the same list that the act checks.</summary>
internal static class MessageActs
{
    public static IReadOnlyList<ActKind> Of(ChannelCapabilities can, Message message)
    {
        if (message.ExternalId is null || message.DeletedAt is not null || message.Kind is MessageKind.Note or MessageKind.Call) { return []; }
        var acts = new List<ActKind>();
        var ours = message.Direction == Direction.Out;
        if (!ours && message.Kind == MessageKind.Comment)
        {
            if (can.Hides) { acts.Add(MessageExtras.Parse(message.Extras).HiddenAt is null ? ActKind.Hide : ActKind.Unhide); }
            if (can.Moderates) { acts.Add(ActKind.Delete); }
        }

        if (ours && can.EditsSent && message.Status is not (SendStatus.Queued or SendStatus.Sending or SendStatus.Failed)) { acts.Add(ActKind.Edit); }
        if (ours && can.DeletesSent) { acts.Add(ActKind.Delete); }
        if (can.Reacts) { acts.AddRange([ActKind.React, ActKind.Unreact]); }
        return acts;
    }
}
