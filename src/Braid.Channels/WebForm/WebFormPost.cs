using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.WebForm;

/// <summary>A file of a form: an address, or a part of the body.</summary>
internal sealed record WebFormFile(string Reference, string? Name, string? ContentType, long? Size);

/// <summary>
/// One sent form, whichever way it was encoded: JSON, urlencoded or multipart. Names that begin with `_` are words to Braid and are not shown.
/// </summary>
internal sealed class WebFormPost
{
    private const int MostFields = 200;
    private const int MostFiles = 20;
    private const int MostDepth = 4;

    // Files that come as addresses, and what captcha scripts add to a form.
    private static readonly HashSet<string> FileFields = new(["attachment", "attachments", "file", "files"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> NotShown = new(["g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "utf8", "authenticity_token", "csrf_token"], StringComparer.OrdinalIgnoreCase);

    private readonly List<(string Name, string Value)> fields = [];

    private WebFormPost()
    {
    }

    public IReadOnlyList<(string Name, string Value)> Fields => fields;
    public List<WebFormFile> Files { get; } = [];
    public required string Id { get; init; }

    /// <summary>Null when the body can't be understood.</summary>
    public static WebFormPost? Read(RawDelivery delivery)
    {
        var post = new WebFormPost { Id = Fingerprint(delivery) };
        if (MultipartBody.Read(delivery.Body, delivery.ContentType) is { } parts)
        {
            for (var i = 0; i < parts.Count; i++) { post.Add(parts[i], i); }
        }
        else if (IsJson(delivery))
        {
            try
            {
                using var document = JsonDocument.Parse(delivery.Body);
                if (!document.RootElement.IsObject()) { return null; }
                post.Add("", document.RootElement, 0);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null;
            }
        }
        else
        {
            foreach (var (name, value) in FormFields.Parse(delivery.Body.Span).Fields) { post.Add(name, value); }
        }

        return post;
    }

    /// <summary>As typed; several values joined; null when absent or blank.</summary>
    public string? Text(string name)
    {
        var values = fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(f.Value)).Select(f => f.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    /// <summary>The fields without a meaning of their own, as lines.</summary>
    public string Others(IReadOnlyCollection<string> known) => string.Join('\n', fields
        .Where(f => !f.Name.StartsWith('_') && !NotShown.Contains(f.Name) && !known.Contains(f.Name, StringComparer.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(f.Value))
        .GroupBy(f => f.Name)
        .Select(g => $"{g.Key}: {string.Join(", ", g.Select(f => f.Value.Trim()))}"));

    private static bool IsJson(RawDelivery delivery) =>
        delivery.Body.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8) || delivery.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    private void Add(MultipartPart part, int index)
    {
        if (part.FileName is null) { Add(part.Name, Charsets.Decode(part.Content.ToArray(), ParameterizedValue.Read(part.ContentType)["charset"])); }
        else if (part.Content.Length > 0 && Files.Count < MostFiles)
        {
            Files.Add(new WebFormFile($"part:{index}", FileNames.Clean(part.FileName), part.ContentType?.Split(';')[0].Trim().ToLowerInvariant(), part.Content.Length));
        }
    }

    private void Add(string name, JsonElement value, int depth)
    {
        if (depth > MostDepth) { return; }
        if (value.IsObject() && IsFileField(name) && value.Text("url") is { } address)
        {
            AddFile(address, value.Text("name"), value.Text("contentType"));
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject().Take(MostFields))
                {
                    if (NameOf(property) is { } inner) { Add(name.Length == 0 ? inner : $"{name}.{inner}", property.Value, depth + 1); }
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray().Take(MostFields)) { Add(name, item, depth + 1); }
                break;
            case JsonValueKind.String:
                Add(name, JsonText.Of(value));
                break;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                Add(name, value.GetRawText());
                break;
        }
    }

    private void Add(string name, string value)
    {
        name = JsonText.WellFormed(name).Trim();
        value = JsonText.WellFormed(value);
        if (name.EndsWith("[]", StringComparison.Ordinal)) { name = name[..^2]; }
        if (IsFileField(name) && value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) { AddFile(value.Trim(), null, null); }
        else if (name.Length > 0 && fields.Count < MostFields) { fields.Add((name, value)); }
    }

    private void AddFile(string address, string? name, string? contentType)
    {
        if (Files.Count >= MostFiles || !Uri.TryCreate(address, UriKind.Absolute, out var url)) { return; }
        Files.Add(new WebFormFile(url.AbsoluteUri, name ?? FileNames.Clean(Uri.UnescapeDataString(Path.GetFileName(url.AbsolutePath))), contentType, null));
    }

    private static bool IsFileField(string name) => FileFields.Contains(name);

    private static string? NameOf(JsonProperty property)
    {
        try { return JsonText.WellFormed(property.Name); }
        catch (InvalidOperationException) { return null; }
    }

    /// <summary>A form has no id of its own. The same words within a few minutes are a second press of the button; later they are a new message.</summary>
    private static string Fingerprint(RawDelivery delivery)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(delivery.Body.Span);
        hash.AppendData(Encoding.UTF8.GetBytes($"/{delivery.ReceivedAt.ToUnixTimeSeconds() / 300}"));
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
