namespace Braid.Channels.Common;

/// <summary>Sends a message that takes several calls, starting after the parts that were accepted before, and tells how far it came.</summary>
internal static class PartwiseSend
{
    public static async Task<SendResult> RunAsync<TPart>(
        OutboundMessage message, IReadOnlyList<TPart> parts, Func<TPart, int, Task<SendResult>> sendPart)
    {
        if (parts.Count == 0) return new SendResult.Failed(FailureKind.Content, "The message is empty. Write a text or add a file.");

        SendResult.Sent? whole = null;
        for (var i = message.PartsSent; i < parts.Count; i++)
        {
            switch (await sendPart(parts[i], i).ConfigureAwait(false))
            {
                case SendResult.Sent sent:
                    whole = whole is null ? sent : With(whole, sent);
                    break;
                case SendResult.Retry retry:
                    return retry with { PartsSent = i };
                case SendResult.Failed failed when i > 0:
                    return failed with { Reason = $"{i} of {parts.Count} parts were sent, the next was refused. {failed.Reason}" };
                case var other:
                    return other;
            }
        }

        return whole ?? (SendResult)new SendResult.Unknown("All parts were sent before, but their ids were not kept.");
    }

    /// <summary>The first part stands for the message; the keys of the others lead to it too.</summary>
    private static SendResult.Sent With(SendResult.Sent whole, SendResult.Sent next) => whole with
    {
        OtherKeys = [.. whole.OtherKeys, next.Key ?? next.ExternalId, .. next.OtherKeys],
        Note = whole.Note ?? next.Note,
        ThreadId = next.ThreadId ?? whole.ThreadId,
    };
}
