using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>Writes through the dealer, or gives a chatbot's one later answer.</summary>
internal sealed class KakaoTalkSender : ISender<KakaoTalkSettings>
{
    private sealed record Part(string? Text, OutboundAttachment? File);

    public Task<SendResult> SendAsync(OutboundMessage message, KakaoTalkSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (KakaoTalkSkill.Is(message.ThreadId)) { return AnswerAsync(message, settings, context, ct); }
        if (string.IsNullOrWhiteSpace(settings.ApiBaseUrl))
        {
            return No(FailureKind.Configuration, "No dealer is set. Enter the address of the dealer's API in the inbox's settings.");
        }

        // How dealers word buttons is known under contract only: choices are told in words.
        var choices = message.Rich?.QuickReplies ?? [];
        var text = string.Join("\n", choices.Select((c, i) => $"{i + 1}. {c.Title}").Prepend(message.Text).Where(line => line.Length > 0));
        List<Part> parts = [.. TextSplitter.Split(text, KakaoTalkChannel.Limits.TextLength).Select(t => new Part(t, null)), .. message.Attachments.Select(f => new Part(null, f))];
        return PartwiseSend.RunAsync(message, parts, (part, index) => SendPartAsync(message, part, index, settings, context, ct));
    }

    private static async Task<SendResult> SendPartAsync(OutboundMessage message, Part part, int index, KakaoTalkSettings settings, ProviderContext context, CancellationToken ct)
    {
        var serial = Serial(message, index);
        var body = new JsonObject { ["user_key"] = message.ThreadId ?? message.RecipientId, ["sender_key"] = settings.SenderKey, ["serial_number"] = serial };
        if (part.File is { } file)
        {
            var picture = file.ContentType.Split(';')[0].Trim() is "image/jpeg" or "image/png";
            var (url, refused) = await UploadAsync(file, picture, settings, context, ct);
            if (url is null) { return refused!; }
            body["message_type"] = picture ? "IM" : "FI";
            body[picture ? "image_url" : "file_url"] = url;
            if (!picture) { (body["file_name"], body["file_size"]) = (file.Name, file.Size); }
        }
        else
        {
            (body["message_type"], body["message"]) = ("TX", part.Text);
        }

        var answer = await settings.Api(context).PostAsync(settings.SendPath, body, ct);
        return IsYes(answer) ? new SendResult.Sent(serial) : KakaoTalkErrors.Result(answer, settings);
    }

    /// <summary>Ours, at most 30 characters, the same for every attempt: the dealer refuses a number it has seen.</summary>
    private static string Serial(OutboundMessage message, int index) =>
        "braid-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{message.IdempotencyKey}:{index}")))[..24];

    /// <summary>Nothing has reached the customer yet, so whatever is lost here can be tried again.</summary>
    private static async Task<(string? Url, SendResult? Refused)> UploadAsync(OutboundAttachment file, bool picture, KakaoTalkSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (file.Size > KakaoTalkChannel.Limits.AttachmentBytes)
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than 10 MB. Send a link instead."));
        }

        using var form = FileParts.Form([new("sender_key", settings.SenderKey ?? "")]);
        if (!await form.TryAddAsync(picture ? "image" : "file", file, ct))
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."));
        }

        var answer = await settings.Api(context).CallAsync(HttpMethod.Post, picture ? settings.ImagePath : settings.FilePath, form, ct);
        if (IsYes(answer) && Address(((ProviderAnswer.Answered)answer).Json) is { } url) { return (url, null); }
        return (null, Outcomes.BeforeSending(KakaoTalkErrors.Result(answer, settings)));
    }

    /// <summary>Dealers name the field each in their own way.</summary>
    private static string? Address(JsonElement json) =>
        new[] { json, json.Get("data"), json.Get("result") }.SelectMany(j => new[] { "image", "file", "url", "image_url", "file_url" }.Select(name => j.Text(name))).OfType<string>().FirstOrDefault();

    private static async Task<SendResult> AnswerAsync(OutboundMessage message, KakaoTalkSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (message.Attachments.Count > 0) { return new SendResult.Failed(FailureKind.Content, "A chatbot can't send files. Send a link instead."); }
        if (KakaoTalkSkill.Callback(message.ThreadId!) is not { } callback)
        {
            return new SendResult.Failed(FailureKind.WindowClosed, "This chatbot takes no later answers. Allow callbacks for its block in Kakao's chatbot builder; the customer must write again.");
        }

        var texts = TextSplitter.Split(message.Text, KakaoTalkChannel.Limits.TextLength);
        if (!KakaoTalkSkill.Fits(texts))
        {
            return new SendResult.Failed(FailureKind.Content, "A chatbot's answer has 1 to 3000 characters. Write less.");
        }

        if (!IsKakao(callback, settings)) { return new SendResult.Failed(FailureKind.Content, "The address for the answer is not Kakao's."); }

        var body = Encoding.UTF8.GetBytes(KakaoTalkSkill.Response(texts, message.Rich?.QuickReplies ?? []).ToJsonString(KakaoTalkSkill.Plain));
        using var request = new HttpRequestMessage(HttpMethod.Post, callback) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        return await ProviderCall.SendAsync(request, context.Http, context.Clock, KakaoTalkChannel.Limits.CallTimeout, ct) switch
        {
            ProviderAnswer.Answered { Ok: true } => new SendResult.Sent($"{message.Id:N}"),
            ProviderAnswer.Answered { Status: >= 400 and < 500 and not 429 } => new SendResult.Failed(FailureKind.WindowClosed, "Kakao waits a minute for a chatbot's answer, and it is over. The customer must write again."),
            var other => Outcomes.Of(other, "KakaoTalk"),
        };
    }

    /// <summary>The address came with the call. Only Kakao's own hosts, or a gateway named in the settings, are answered.</summary>
    private static bool IsKakao(string callback, KakaoTalkSettings settings) =>
        Uri.TryCreate(callback, UriKind.Absolute, out var url)
        && ((url.Scheme == Uri.UriSchemeHttps && url.Host.EndsWith(".kakao.com", StringComparison.OrdinalIgnoreCase))
            || (Uri.TryCreate(settings.ApiBaseUrl, UriKind.Absolute, out var gateway) && gateway.Authority == url.Authority && gateway.Scheme == url.Scheme));

    private static bool IsYes(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } yes && KakaoTalkErrors.IsZero(yes.Json.Id("code"));

    private static Task<SendResult> No(FailureKind kind, string reason) => Task.FromResult<SendResult>(new SendResult.Failed(kind, reason));
}
