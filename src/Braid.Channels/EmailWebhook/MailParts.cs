using System.Text.Json.Nodes;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>The parts of a draft for APIs that take no MIME.</summary>
internal static class MailParts
{
    /// <summary>Name and address as one text, quoted.</summary>
    public static string Mailbox(MailAddress person) =>
        string.IsNullOrWhiteSpace(person.Name) ? person.Address! : $"\"{OneLine(person.Name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <{person.Address}>";

    public static string Mailboxes(IEnumerable<MailAddress> people) => string.Join(", ", people.Select(Mailbox));

    /// <summary>The fields that make threads, and our marks.</summary>
    public static IEnumerable<(string Name, string Value)> Headers(MailDraft draft)
    {
        yield return ("Message-ID", $"<{draft.MessageId}>");
        if (draft.InReplyTo is { } answered) { yield return ("In-Reply-To", $"<{answered}>"); }
        if (draft.References.Count > 0) { yield return ("References", string.Join(' ', draft.References.Select(r => $"<{r}>"))); }
        foreach (var extra in draft.Extra) { yield return extra; }
    }

    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    /// <summary>The files as base64. Throws <see cref="MediaUnavailableException"/> for one that can't be read.</summary>
    public static async Task<JsonArray> FilesAsync(MailDraft draft, Func<OutboundAttachment, string, JsonObject> file, CancellationToken ct)
    {
        var files = new JsonArray();
        foreach (var attachment in draft.Files)
        {
            try
            {
                await using var stream = await attachment.OpenAsync(ct);
                using var copy = new MemoryStream();
                await stream.CopyToAsync(copy, ct);
                files.Add(file(attachment, Convert.ToBase64String(copy.GetBuffer(), 0, (int)copy.Length)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                throw new MediaUnavailableException($"The file \"{attachment.Name}\" can't be read. Attach it again.");
            }
        }

        return files;
    }

    public static string TypeOf(OutboundAttachment file) => HeaderText.IsMediaType(file.ContentType) ? file.ContentType : "application/octet-stream";
}
