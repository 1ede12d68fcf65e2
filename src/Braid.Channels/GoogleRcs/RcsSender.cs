using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>Sends texts, files, cards and suggestions under ids of ours, so that a lost answer is simply repeated.</summary>
internal sealed class RcsSender : ISender<GoogleRcsSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, GoogleRcsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new RcsApi(settings, context);
        return TokenCalls.SendAsync(() => PartwiseSend.RunAsync(message, RcsRich.Parts(message), async (part, index) =>
        {
            var content = part.Content;
            if (part.File is { } file)
            {
                var (name, refused) = await UploadAsync(api, settings, file, ct);
                if (refused is not null) { return refused; }
                content = new JsonObject { ["uploadedRbmFile"] = new JsonObject { ["fileName"] = name } };
            }

            var id = StableId.Of(message.IdempotencyKey, index);
            var body = new JsonObject { ["contentMessage"] = content.DeepClone() };
            if (settings.TtlHours is { } hours) { body["ttl"] = $"{hours * 3600}s"; }
            if (!string.IsNullOrEmpty(settings.MessageTrafficType)) { body["messageTrafficType"] = settings.MessageTrafficType; }
            var answer = await api.CallAsync(json => json.PostAsync(api.Path(message.RecipientId, "agentMessages", ("messageId", id)), body, ct), ct);
            return RcsApi.Result(answer, id) is SendResult.Sent sent ? sent with { ThreadId = message.ThreadId is null ? message.RecipientId : null } : RcsApi.Result(answer, id);
        }));
    }

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(string? Name, SendResult? Refused)> UploadAsync(RcsApi api, GoogleRcsSettings settings, OutboundAttachment file, CancellationToken ct)
    {
        if (file.Size > GoogleRcsChannel.Limits.AttachmentBytes) { return (null, No($"{file.Name} is larger than the 100 MB RCS takes. Send a link instead.")); }
        if (!RcsRich.Shows(file)) { return (null, No($"RCS does not show {file.Name}: pictures, films, sound and PDF only. Send a link instead.")); }

        var unread = false;
        var answer = await api.CallAsync(async json =>
        {
            Stream stream;
            try
            {
                stream = await file.OpenAsync(ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                unread = true;
                return new ProviderAnswer.NotSent("the file can't be read");
            }

            var content = new StreamContent(stream);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(RcsRich.TypeOf(file));
            content.Headers.ContentLength = file.Size;
            return await json.CallAsync(HttpMethod.Post, $"upload/v1/files?agentId={Uri.EscapeDataString(settings.AgentId)}", content, ct);
        }, ct);
        if (unread) { return (null, No($"The file {file.Name} can't be read. Attach it again.")); }
        if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Text("name") is { } name) { return (name, null); }

        return (null, RcsApi.Result(answer, "") is SendResult.Sent ? new SendResult.Retry("Google gave no name for the file") { ProviderDown = true } : Outcomes.BeforeSending(RcsApi.Result(answer, "")));
    }

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
