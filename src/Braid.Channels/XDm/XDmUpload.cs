using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Uploads a file in pieces and waits until X has prepared it. Nothing has reached the customer yet: what is lost can be tried again.</summary>
internal static class XDmUpload
{
    private const int Piece = 4 * 1024 * 1024;
    private const int Megabyte = 1024 * 1024;
    private const int Looks = 12;

    /// <summary>Null when X does not show such a file.</summary>
    public static string? Category(OutboundAttachment file, string use) => file.ContentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "image/jpeg" or "image/png" or "image/webp" when file.Size <= 5 * Megabyte => use + "_image",
        "image/gif" when file.Size <= 15 * Megabyte => use + "_gif",
        "video/mp4" or "video/quicktime" when file.Size <= XDmChannel.Limits.AttachmentBytes => use + "_video",
        _ => null,
    };

    public static async Task<(string? MediaId, SendResult? Refused)> RunAsync(JsonApi api, OutboundAttachment file, string use, TimeProvider clock, CancellationToken ct)
    {
        if (Category(file, use) is not { } category)
        {
            return (null, No($"X does not take {file.Name}: pictures to 5 MB, GIF to 15 MB and MP4 only. Send a link instead."));
        }

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
            var begun = await api.PostAsync("2/media/upload/initialize", new JsonObject { ["media_type"] = file.ContentType, ["total_bytes"] = file.Size, ["media_category"] = category }, ct);
            if (IdOf(begun) is not { } id) { return (null, Refusal(begun)); }

            var piece = new byte[Piece];
            for (var index = 0; await content.ReadAtLeastAsync(piece, Piece, throwOnEndOfStream: false, ct) is > 0 and var length; index++)
            {
                var answer = await api.CallAsync(HttpMethod.Post, $"2/media/upload/{id}/append", Form(file, index, piece.AsMemory(0, length)), ct);
                if (answer is not ProviderAnswer.Answered { Ok: true }) { return (null, Refusal(answer)); }
            }

            var done = await api.PostAsync($"2/media/upload/{id}/finalize", new JsonObject(), ct);
            return await ReadyAsync(api, id, done, clock, ct) is { } refused ? (null, refused) : (id, null);
        }
    }

    private static async Task<SendResult?> ReadyAsync(JsonApi api, string id, ProviderAnswer answer, TimeProvider clock, CancellationToken ct)
    {
        for (var look = 0; look < Looks; look++)
        {
            if (answer is not ProviderAnswer.Answered { Ok: true } said) { return Refusal(answer); }
            var state = said.Json.Get("data").Get("processing_info");
            if (state.Text("state") is null or "succeeded") { return null; }
            if (state.Text("state") == "failed") { return No("X can't show this file. Send it in another format."); }
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(state.Number("check_after_secs") ?? 2, 1, 10)), clock, ct);
            answer = await api.GetAsync($"2/media/upload?command=STATUS&media_id={id}", ct);
        }

        return new SendResult.Retry("X is still preparing the file", TimeSpan.FromMinutes(1));
    }

    private static MultipartFormDataContent Form(OutboundAttachment file, int index, ReadOnlyMemory<byte> piece)
    {
        var form = FileParts.Form([new("segment_index", index.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        var media = new ReadOnlyMemoryContent(piece);
        media.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        media.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"media\"; filename=\"{file.Name.Replace('"', '_')}\"");
        form.Add(media);
        return form;
    }

    private static string? IdOf(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } yes ? yes.Json.Get("data").Id("id") : null;

    private static SendResult Refusal(ProviderAnswer answer) => Outcomes.BeforeSending(XDmErrors.Result(answer));

    private static SendResult.Failed No(string reason) => new(FailureKind.Content, reason);
}
