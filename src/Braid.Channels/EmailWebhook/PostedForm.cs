using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.EmailWebhook;

/// <summary>The form in which Mailgun and SendGrid post mail: multipart or urlencoded, fields as bytes, since each may have a charset of its own.</summary>
internal sealed class PostedForm
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> fields = new(StringComparer.OrdinalIgnoreCase);

    private PostedForm()
    {
    }

    public List<MultipartPart> Files { get; } = [];

    /// <summary>Null when the body is JSON or nothing.</summary>
    public static PostedForm? Read(ReadOnlyMemory<byte> body, string? contentType)
    {
        var form = new PostedForm();
        if (MultipartBody.Read(body, contentType) is { } parts)
        {
            foreach (var part in parts)
            {
                if (part.FileName is null) { form.fields.TryAdd(part.Name, part.Content); }
                else { form.Files.Add(part); }
            }
        }
        else if (body.Span.TrimStart(" \t\r\n"u8) is var text && !text.IsEmpty && text[0] is not ((byte)'{' or (byte)'['))
        {
            foreach (var (name, value) in FormFields.Bytes(body.Span)) { form.fields.TryAdd(name, value); }
        }

        return form.fields.Count > 0 ? form : null;
    }

    public ReadOnlyMemory<byte>? Bytes(string name) => fields.TryGetValue(name, out var value) && !value.IsEmpty ? value : (ReadOnlyMemory<byte>?)null;

    public string? Text(string name, string? charset = null) =>
        Bytes(name) is { } bytes && JsonText.WellFormed(Charsets.Decode(bytes.Span, charset)) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A field that holds JSON; undefined when it does not.</summary>
    public JsonElement Json(string name)
    {
        if (Bytes(name) is not { } bytes) { return default; }
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
