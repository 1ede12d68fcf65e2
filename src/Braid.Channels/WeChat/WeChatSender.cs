using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>Sends customer-service messages. WeChat gives them no id and no receipt, so they are known by an id of ours.</summary>
internal sealed class WeChatSender : ISender<WeChatSettings>
{
    private const int Mega = 1024 * 1024;

    public Task<SendResult> SendAsync(OutboundMessage message, WeChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new WeChatApi(settings, context);
        return TokenCalls.SendAsync(() => message.Template is { } template
            ? SendTemplateAsync(api, message, template, ct)
            : PartwiseSend.RunAsync(message, WeChatPart.Of(message), (part, index) => SendPartAsync(api, message, part, index, ct)));
    }

    private static async Task<SendResult> SendPartAsync(WeChatApi api, OutboundMessage message, WeChatPart part, int index, CancellationToken ct)
    {
        var content = part.Content;
        if (part.File is { } file)
        {
            var (media, refused) = await UploadAsync(api, part.Type, file, ct);
            if (media is null) { return refused!; }
            content = part.Type == "video" ? new JsonObject { ["media_id"] = media, ["title"] = file.Name } : new JsonObject { ["media_id"] = media };
        }

        var answer = await api.PostAsync("cgi-bin/message/custom/send", new JsonObject
        {
            ["touser"] = message.RecipientId, ["msgtype"] = part.Type, [part.Type] = content!.DeepClone(),
        }, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && WeChatApi.Code(yes.Json) == 0
            ? new SendResult.Sent($"{message.Id:N}-{index}")
            : WeChatErrors.Result(answer, api.Now);
    }

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(string? MediaId, SendResult? Refused)> UploadAsync(WeChatApi api, string type, OutboundAttachment file, CancellationToken ct)
    {
        if (type.Length == 0)
        {
            return (null, No($"WeChat can't show {file.Name}: it takes pictures, voice (AMR, MP3) and MP4 videos. Send a link instead."));
        }

        var most = type == "voice" ? 2 : 10;
        if (file.Size > most * Mega) { return (null, No($"{file.Name} is larger than the {most} MB WeChat takes. Send a link instead.")); }

        ProviderAnswer answer;
        try
        {
            answer = await api.CallAsync(HttpMethod.Post, $"cgi-bin/media/upload?type={type}", async () =>
            {
                var form = FileParts.Form([]);
                return await form.TryAddAsync("media", file, ct) ? form : throw new MediaUnavailableException("The file can't be read.");
            }, ct);
        }
        catch (MediaUnavailableException)
        {
            return (null, No($"The file {file.Name} can't be read. Attach it again."));
        }

        if (answer is ProviderAnswer.Answered { Ok: true } yes && (yes.Json.Id("media_id") ?? yes.Json.Id("thumb_media_id")) is { } id)
        {
            return (id, null);
        }

        return (null, Outcomes.BeforeSending(WeChatErrors.Result(answer, api.Now)));
    }

    private static async Task<SendResult> SendTemplateAsync(WeChatApi api, OutboundMessage message, OutboundTemplate template, CancellationToken ct)
    {
        var data = new JsonObject();
        for (var i = 0; i < template.BodyParameters.Count; i++)
        {
            var name = i < template.BodyParameterNames.Count ? template.BodyParameterNames[i] : $"keyword{i + 1}";
            data[name] = new JsonObject { ["value"] = template.BodyParameters[i] };
        }

        var body = new JsonObject { ["touser"] = message.RecipientId, ["template_id"] = template.Name };
        if (message.Rich?.Cards is [{ Buttons: [{ Kind: RichButtonKind.Link } link] }]) { body["url"] = link.Value; }
        body["data"] = data;
        var answer = await api.PostAsync("cgi-bin/message/template/send", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && WeChatApi.Code(yes.Json) == 0
            ? new SendResult.Sent(yes.Json.Id("msgid") ?? $"{message.Id:N}-0")
            : WeChatErrors.Result(answer, api.Now);
    }

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
