namespace Braid.Channels.LiveChat;

/// <summary>
/// Sending to the live chat is a local fact: the message is in the thread as soon as it is stored, the hub pushes it to the visitor's
/// browsers, and one that is away reads it on return. So nothing can be refused, limited or unknown here but the message itself.
/// </summary>
internal sealed class LiveChatSender : ISender<LiveChatSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, LiveChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(Judge(message));
    }

    private static SendResult Judge(OutboundMessage message)
    {
        if (message.Template is not null)
        {
            return new SendResult.Failed(FailureKind.Template, "Live chat has no templates. Write the text itself.");
        }

        if (string.IsNullOrWhiteSpace(message.Text) && message.Attachments.Count == 0)
        {
            return new SendResult.Failed(FailureKind.Content, "The message is empty. Write a text or add a file.");
        }

        if (message.Attachments.FirstOrDefault(a => a.Size > LiveChatLimits.FileBytes) is { } large)
        {
            return new SendResult.Failed(FailureKind.Content, $"\"{large.Name}\" is larger than 25 MB. Send a link to it.");
        }

        // Our id is the only one there is: receipts (`seen`) name it.
        return new SendResult.Sent(message.Id.ToString("D"));
    }
}
