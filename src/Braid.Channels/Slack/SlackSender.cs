using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>
/// Posts texts, blocks and files. Slack has no idempotency key: each post carries our id as metadata, and any further attempt first looks
/// whether the one before arrived after all.
/// </summary>
internal sealed class SlackSender : ISender<SlackSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        var (token, refused) = await TokenTry.GetAsync(() => SlackTokens.GetAsync(settings, context, ct));
        if (token is null) { return refused!; }

        var api = new SlackApi(settings, context, token.Value);
        var thread = SlackThread.Parse(message.ThreadId ?? message.RecipientId);
        if (thread.Root is null && message.ReplyTo is { } quoted) { thread = thread with { Root = quoted }; }

        using var uploads = new SlackUploads(message.Attachments);
        if (await uploads.OpenAsync(ct) is { } unreadable) { return unreadable; }

        var parts = Parts(message);
        var arrived = new SlackArrived([]);
        if (message.Attempt > 1 && parts.Count > message.PartsSent)
        {
            if (thread.IsPerson)
            {
                var (direct, no) = await api.DirectAsync(thread.Channel, ct);
                if (direct is null) { return no!; }
                thread = thread with { Channel = direct };
            }

            (arrived, var lost) = await SlackLookup.FindAsync(api, message, thread, context.Clock, ct);
            if (lost is not null) { return lost; }
        }

        var first = message.ThreadId is null;
        var result = await PartwiseSend.RunAsync(message, parts, async (part, index) =>
        {
            if (arrived.Find(message, index, part.HasFiles) is { } there) { return new SendResult.Sent(there, thread.Key(there)); }
            var (sent, channel) = part.HasFiles ? await uploads.SendAsync(api, thread, part.Text, ct) : await PostAsync(api, message, thread, part, index, ct);
            // Written to a person: Slack names the direct message that this opened.
            if (channel is not null) { thread = thread with { Channel = channel }; }
            return sent;
        });
        return result is SendResult.Sent done && first ? done with { ThreadId = thread.ToString() } : result;
    }

    private static async Task<(SendResult Result, string? Channel)> PostAsync(
        SlackApi api, OutboundMessage message, SlackThread thread, Part part, int index, CancellationToken ct)
    {
        var body = new JsonObject { ["channel"] = thread.Channel, ["text"] = SlackText.Escape(part.Text ?? ""), ["unfurl_links"] = false, ["unfurl_media"] = false };
        if (thread.Root is { } root) { body["thread_ts"] = root; }
        if (part.Rich is { } rich) { body["blocks"] = SlackBlocks.Of(string.IsNullOrWhiteSpace(message.Text) ? "" : part.Text ?? "", rich); }
        body["metadata"] = new JsonObject
        {
            ["event_type"] = SlackLookup.EventType,
            ["event_payload"] = new JsonObject { ["id"] = message.Id.ToString(), ["part"] = index.ToString(CultureInfo.InvariantCulture) },
        };

        var answer = await api.PostAsync("chat.postMessage", body, ct);
        if (!SlackApi.Yes(answer)) { return (SlackErrors.Result(answer), null); }
        var json = ((ProviderAnswer.Answered)answer).Json;
        var channel = json.Id("channel") ?? thread.Channel;
        return json.Id("ts") is { } ts
            ? (new SendResult.Sent(ts, (thread with { Channel = channel }).Key(ts)), channel)
            : (new SendResult.Unknown("Slack said yes but gave no message id."), channel);
    }

    /// <summary>A plain short text is the files' comment; blocks and long texts go before them.</summary>
    private static List<Part> Parts(OutboundMessage message)
    {
        var parts = new List<Part>();
        var comment = message.Attachments.Count > 0 && message.Rich is null && message.Text.Length <= SlackChannel.Limits.CaptionLength && !string.IsNullOrWhiteSpace(message.Text);
        if (!comment)
        {
            var texts = TextSplitter.Split(message.Text, SlackChannel.Limits.TextLength);
            parts.AddRange(texts.Select((text, i) => new Part(text, i == texts.Count - 1 ? message.Rich : null, false)));
            if (texts.Count == 0 && message.Rich is { } rich) { parts.Add(new(Words(rich), rich, false)); }
        }

        if (message.Attachments.Count > 0) { parts.Add(new(comment ? message.Text : null, null, true)); }
        return parts;
    }

    /// <summary>What notifications show of a message that is blocks alone.</summary>
    private static string Words(RichContent rich) =>
        string.Join(", ", new[] { rich.Header, rich.List?.Button }.OfType<string>().Concat(rich.Cards.Select(c => c.Title)).Concat(rich.Buttons.Concat(rich.QuickReplies).Select(b => b.Title)));

    private sealed record Part(string? Text, RichContent? Rich, bool HasFiles);
}
