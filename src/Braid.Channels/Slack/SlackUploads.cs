using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Files: ask for an address, put the bytes there, then share all of them with one call. Only the last step reaches the customer.</summary>
internal sealed class SlackUploads(IReadOnlyList<OutboundAttachment> files) : IDisposable
{
    private readonly List<MultipartFormDataContent> forms = [];

    /// <summary>All files are opened before anything is sent.</summary>
    public async Task<SendResult?> OpenAsync(CancellationToken ct)
    {
        foreach (var file in files)
        {
            if (file.Size > SlackChannel.Limits.AttachmentBytes)
            {
                return new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than the 1 GB Slack takes. Send a link instead.");
            }

            var form = FileParts.Form([]);
            forms.Add(form);
            if (!await form.TryAddAsync("file", file, ct))
            {
                return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again.");
            }
        }

        return null;
    }

    public async Task<(SendResult Result, string? Channel)> SendAsync(SlackApi api, SlackThread thread, string? comment, CancellationToken ct)
    {
        if (thread.IsPerson)
        {
            var (direct, refused) = await api.DirectAsync(thread.Channel, ct);
            if (direct is null) { return (refused!, null); }
            thread = thread with { Channel = direct };
        }

        var shared = new JsonArray();
        for (var i = 0; i < files.Count; i++)
        {
            var (id, no) = await UploadAsync(api, files[i], forms[i], ct);
            if (id is null) { return (no!, null); }
            shared.Add(new JsonObject { ["id"] = id, ["title"] = files[i].Name });
        }

        var body = new JsonObject { ["files"] = shared, ["channel_id"] = thread.Channel };
        if (thread.Root is { } root) { body["thread_ts"] = root; }
        if (!string.IsNullOrWhiteSpace(comment)) { body["initial_comment"] = SlackText.Escape(comment); }
        var answer = await api.PostAsync("files.completeUploadExternal", body, ct);
        if (!SlackApi.Yes(answer)) { return (SlackErrors.Result(answer), null); }

        var file = (string)shared[0]!["id"]!;
        var ts = await SharedAtAsync(api, file, thread.Channel, ct) ?? file;
        return (new SendResult.Sent(ts, thread.Key(ts)), thread.Channel);
    }

    private static async Task<(string? Id, SendResult? Refused)> UploadAsync(SlackApi api, OutboundAttachment file, HttpContent form, CancellationToken ct)
    {
        var place = await api.GetAsync("files.getUploadURLExternal", [("filename", file.Name), ("length", file.Size.ToString(CultureInfo.InvariantCulture))], ct);
        if (!SlackApi.Yes(place)) { return (null, Outcomes.BeforeSending(SlackErrors.Result(place))); }

        var json = ((ProviderAnswer.Answered)place).Json;
        if (json.Text("upload_url") is not { } url || json.Id("file_id") is not { } id || await api.UploadAsync(url, form, ct) is not { } answer)
        {
            return (null, new SendResult.Retry("Slack gave no usable address for the file") { ProviderDown = true });
        }

        // The upload host answers "OK - size" as text.
        return answer is ProviderAnswer.Answered { Ok: true } ? (id, null) : (null, Outcomes.BeforeSending(SlackErrors.Result(answer)));
    }

    /// <summary>The message that shows the file, if Slack knows it already; else the file's id must do.</summary>
    private static async Task<string?> SharedAtAsync(SlackApi api, string file, string channel, CancellationToken ct)
    {
        var answer = await api.GetAsync("files.info", [("file", file)], ct);
        if (!SlackApi.Yes(answer)) { return null; }
        var shares = ((ProviderAnswer.Answered)answer).Json.Get("file").Get("shares");
        return shares.Get("public").Items(channel).Concat(shares.Get("private").Items(channel)).FirstOrDefault().Id("ts");
    }

    public void Dispose()
    {
        foreach (var form in forms) { form.Dispose(); }
    }
}
