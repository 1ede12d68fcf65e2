using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>Sends texts and files. Signal knows no idempotency key: a lost answer stays unknown.</summary>
internal sealed class SignalSender : ISender<SignalSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, SignalSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new SignalApi(settings, context);
        var thread = message.ThreadId ?? message.RecipientId;
        var files = new JsonArray();
        foreach (var file in message.Attachments)
        {
            if (file.Size > SignalCliChannel.Limits.AttachmentBytes)
            {
                return new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than 25 MB. Send a link instead.");
            }

            if (await InlineAsync(file, ct) is not { } inline) { return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."); }
            files.Add(inline);
        }

        var texts = TextSplitter.Split(message.Text, SignalCliChannel.Limits.TextLength);
        List<string?> parts = texts.Count == 0 && files.Count > 0 ? [null] : [.. texts];
        return await PartwiseSend.RunAsync(message, parts, async (text, index) =>
        {
            var carried = index == 0 ? files : [];
            var id = index == 0 ? message.IdempotencyKey : $"{message.IdempotencyKey}-{index}";
            return api.Rest
                ? SignalAnswers.Rest(await api.RestAsync(HttpMethod.Post, "v2/send", Rest(message, settings, thread, text, carried, index), ct), settings)
                : SignalAnswers.Rpc(await api.RpcAsync("send", Rpc(message, thread, text, carried, index), id, ct), settings);
        });
    }

    private static JsonObject Rpc(OutboundMessage message, string thread, string? text, JsonArray files, int index)
    {
        var json = SignalApi.To(thread);
        if (text is not null) { json["message"] = text; }
        if (files.Count > 0) { json["attachments"] = files.DeepClone(); }
        if (index == 0 && Quote(message) is var (time, author)) { (json["quoteTimestamp"], json["quoteAuthor"]) = (time, author); }
        return json;
    }

    private static JsonObject Rest(OutboundMessage message, SignalSettings settings, string thread, string? text, JsonArray files, int index)
    {
        var json = new JsonObject { ["number"] = settings.Number, ["recipients"] = new JsonArray(SignalApi.RestName(thread)), ["message"] = text ?? "", ["text_mode"] = "normal" };
        if (files.Count > 0) { json["base64_attachments"] = files.DeepClone(); }
        if (index == 0 && Quote(message) is var (time, author)) { (json["quote_timestamp"], json["quote_author"]) = (time, author); }
        return json;
    }

    /// <summary>A quote needs the author; in a group that is only known when we write to a person of it.</summary>
    private static (long Time, string Author)? Quote(OutboundMessage message) =>
        long.TryParse(message.ReplyTo, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && !SignalApi.IsGroup(message.RecipientId) ? (time, message.RecipientId) : null;

    private static async Task<string?> InlineAsync(OutboundAttachment file, CancellationToken ct)
    {
        try
        {
            await using var stream = await file.OpenAsync(ct);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, ct);
            var name = new string([.. file.Name.Select(c => c is ';' or ',' or '"' || char.IsControl(c) ? '_' : c)]);
            return $"data:{file.ContentType.Split(';')[0].Trim()};filename={name};base64,{Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }
}
