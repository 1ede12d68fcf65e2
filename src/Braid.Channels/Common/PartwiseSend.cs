namespace Braid.Channels.Common;

/// <summary>Sends a message that takes several calls, starting after the parts that were accepted before, and tells how far it came.</summary>
internal static class PartwiseSend
{
    public static async Task<SendResult> RunAsync<TPart>(
        OutboundMessage message, IReadOnlyList<TPart> parts, Func<TPart, int, Task<SendResult>> sendPart)
    {
        if (parts.Count == 0) return new SendResult.Failed(FailureKind.Content, "The message is empty. Write a text or add a file.");

        SendResult.Sent? last = null;
        for (var i = message.PartsSent; i < parts.Count; i++)
        {
            switch (await sendPart(parts[i], i).ConfigureAwait(false))
            {
                case SendResult.Sent sent:
                    last = sent with { Note = sent.Note ?? last?.Note, ThreadId = sent.ThreadId ?? last?.ThreadId };
                    break;
                case SendResult.Retry retry:
                    return retry with { PartsSent = i };
                case SendResult.Failed failed when i > 0:
                    return failed with { Reason = $"{i} of {parts.Count} parts were sent, the next was refused. {failed.Reason}" };
                case var other:
                    return other;
            }
        }

        return last ?? (SendResult)new SendResult.Unknown("All parts were sent before, but their ids were not kept.");
    }
}
