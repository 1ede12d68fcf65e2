using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Uploads a file and gives the id under which it can be sent. Nothing reaches the customer before, so what is lost here is tried again.</summary>
internal static class MetaFiles
{
    private const long Megabyte = 1024 * 1024;
    public const long Largest = 25 * Megabyte;

    public static async Task<(JsonObject? Attachment, SendResult? Refused)> UploadAsync(GraphApi api, IMetaAccount account, OutboundAttachment file, CancellationToken ct)
    {
        var dialect = account.Dialect;
        if (TypeOf(file, dialect) is not { } type)
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"Instagram takes pictures, sound, film and PDF, but not {file.Name}. Send a link instead."));
        }

        if (file.Size > (type == "image" ? 8 * Megabyte : Largest))
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"{file.Name} is larger than {dialect.Name} takes ({(type == "image" ? 8 : 25)} MB). Send a link instead."));
        }

        var about = new JsonObject { ["attachment"] = new JsonObject { ["type"] = type, ["payload"] = new JsonObject { ["is_reusable"] = false } } };
        var fields = new List<KeyValuePair<string, string>> { new("message", about.ToJsonString()) };
        if (dialect.Object == "instagram") fields.Insert(0, new("platform", "instagram"));
        using var form = FileParts.Form(fields);
        if (!await form.TryAddAsync("filedata", file, ct)) return (null, Unreadable(file));

        var answer = await api.CallAsync(HttpMethod.Post, $"{account.Node}/message_attachments", form, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("attachment_id") is { } id
            ? (new JsonObject { ["type"] = type, ["payload"] = new JsonObject { ["attachment_id"] = id } }, null)
            : (null, Outcomes.BeforeSending(MetaErrors.Result(answer, dialect.Name)));
    }

    /// <summary>A picture under a comment: kept by the page unseen, then shown by the comment.</summary>
    public static async Task<(string? PhotoId, SendResult? Refused)> UploadPhotoAsync(GraphApi api, IMetaAccount account, OutboundAttachment file, CancellationToken ct)
    {
        if (account.Dialect.Object != "page" || TypeOf(file, account.Dialect) != "image")
        {
            return (null, new SendResult.Failed(FailureKind.Content, $"A public answer on {account.Dialect.Name} can't carry {file.Name}. Send a link, or answer privately."));
        }

        using var form = FileParts.Form([new("published", "false")]);
        if (!await form.TryAddAsync("source", file, ct)) return (null, Unreadable(file));
        var answer = await api.CallAsync(HttpMethod.Post, $"{account.Node}/photos", form, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id
            ? (id, null)
            : (null, Outcomes.BeforeSending(MetaErrors.Result(answer, account.Dialect.Name)));
    }

    private static SendResult.Failed Unreadable(OutboundAttachment file) => new(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again.");

    /// <summary>Messenger takes any file; Instagram only what it can show, and PDF.</summary>
    private static string? TypeOf(OutboundAttachment file, MetaDialect dialect)
    {
        var type = file.ContentType.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "image/png" or "image/jpeg" or "image/gif" => "image",
            "audio/aac" or "audio/mp4" or "audio/x-m4a" or "audio/wav" or "audio/x-wav" => "audio",
            "audio/mpeg" when dialect.Object == "page" => "audio",
            "video/mp4" or "video/ogg" or "video/x-msvideo" or "video/quicktime" or "video/webm" => "video",
            "application/pdf" => "file",
            _ => dialect.Object == "page" ? "file" : null,
        };
    }
}
