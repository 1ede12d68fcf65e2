using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Encrypts a file on its way to Apple. Nothing has reached the customer yet: what is lost can be tried again.</summary>
internal static class AppleUpload
{
    public static async Task<(JsonObject? Attachment, SendResult? Refused)> RunAsync(AppleApi api, ProviderContext context, OutboundAttachment file, CancellationToken ct)
    {
        if (file.Size > AppleMessagesChannel.Limits.AttachmentBytes) { return (null, No($"{file.Name} is larger than the 100 MB Apple takes. Send a link instead.")); }

        Stream content;
        try
        {
            content = await file.OpenAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return (null, No($"The file {file.Name} can't be read. Attach it again."));
        }

        await using (content)
        {
            var place = await api.PreUploadAsync(file.Size, ct);
            var json = (place as ProviderAnswer.Answered)?.Json ?? default;
            if (place is not ProviderAnswer.Answered { Ok: true } || json.Text("upload-url") is not { } uploadUrl || json.Text("mmcs-url") is not { } url || json.Text("mmcs-owner") is not { } owner)
            {
                return (null, Refusal(place));
            }

            if (api.Gateway.FileRequest(uploadUrl, withCredentials: false) is not { } request) { return (null, No("Apple gave no usable address for the file. Try again later.")); }
            var key = RandomNumberGenerator.GetBytes(32);
            using (request)
            {
                request.Method = HttpMethod.Post;
                request.Content = new StreamContent(AppleFile.Cipher(content, key));
                request.Content.Headers.ContentType = new("application/octet-stream");
                request.Content.Headers.ContentLength = file.Size; // counter mode keeps the length
                var answer = await ProviderCall.SendAsync(request, context.Http, context.Clock, AppleMessagesChannel.Limits.CallTimeout, ct);
                if (answer is not ProviderAnswer.Answered { Ok: true } done || done.Json.Get("singleFile").Text("fileChecksum") is not { } checksum) { return (null, Refusal(answer)); }
                return (new JsonObject
                {
                    ["name"] = file.Name, ["mimeType"] = file.ContentType, ["size"] = file.Size.ToString(CultureInfo.InvariantCulture), ["key"] = "00" + Convert.ToHexString(key),
                    ["url"] = url, ["owner"] = owner, ["signature-base64"] = checksum,
                }, null);
            }
        }
    }

    private static SendResult Refusal(ProviderAnswer answer) => AppleApi.Result(answer, "") switch
    {
        SendResult.Sent => new SendResult.Retry("Apple gave no place for the file") { ProviderDown = true },
        var no => Outcomes.BeforeSending(no),
    };

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
