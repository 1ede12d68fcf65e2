using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

/// <summary>What a message holds. `body` is always the plain text; formatted text is not read.</summary>
internal sealed record MatrixContent
{
    public string? Text { get; private init; }
    public IReadOnlyList<InboundAttachment> Attachments { get; private init; } = [];
    public bool Unsupported { get; private init; }

    public static MatrixContent Of(string type, JsonElement content, bool reply)
    {
        if (type == "m.room.encrypted") { return Unknown("Encrypted, cannot be read"); }
        if (type == "m.sticker") { return new() { Attachments = [File(AttachmentKind.Sticker, content)] }; }
        if (content.Get("file").IsObject()) { return Unknown("An encrypted file, cannot be read"); }

        var body = content.Text("body");
        return content.Text("msgtype") switch
        {
            "m.image" => Media(AttachmentKind.Image, content),
            "m.video" => Media(AttachmentKind.Video, content),
            "m.audio" => Media(AttachmentKind.Audio, content),
            "m.file" => Media(AttachmentKind.File, content),
            "m.location" when Place(content) is { } place => new() { Text = null, Attachments = [place] },
            _ when body is not null => new() { Text = reply ? WithoutFallback(body) : body },
            _ => Unknown("A message of an unknown kind"),
        };
    }

    private static MatrixContent Unknown(string name) => new() { Unsupported = true, Attachments = [new(AttachmentKind.Unknown) { Name = name }] };

    private static MatrixContent Media(AttachmentKind kind, JsonElement content) => new()
    {
        // Since captions exist, `filename` is the name and `body` the caption, unless they are the same.
        Text = content.Text("filename") is { } name && content.Text("body") is { } body && body != name ? body : null,
        Attachments = [File(kind, content)],
    };

    private static InboundAttachment File(AttachmentKind kind, JsonElement content) => new(kind)
    {
        Name = content.Text("filename") ?? content.Text("body"),
        ContentType = content.Get("info").Text("mimetype"),
        Size = content.Get("info").Number("size"),
        MediaRef = content.Text("url"),
    };

    private static InboundAttachment? Place(JsonElement content)
    {
        if (content.Text("geo_uri") is not { } geo || !geo.StartsWith("geo:", StringComparison.Ordinal)) { return null; }
        var numbers = geo[4..].Split(';')[0].Split(',');
        if (numbers.Length < 2 || !IsNumber(numbers[0]) || !IsNumber(numbers[1])) { return null; }
        var facts = new Dictionary<string, string> { ["latitude"] = numbers[0], ["longitude"] = numbers[1] };
        if (content.Text("body") is { } name) { facts["name"] = name; }
        return new(AttachmentKind.Location) { Facts = facts };
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Older clients quote the message they answer above their own words: lines that begin with `> `, then an empty one.</summary>
    private static string? WithoutFallback(string body)
    {
        if (!body.StartsWith("> <", StringComparison.Ordinal) && !body.StartsWith("> * <", StringComparison.Ordinal)) { return body; }
        var lines = body.Split('\n');
        var own = lines.SkipWhile(line => line.StartsWith("> ", StringComparison.Ordinal) || line == ">").SkipWhile(line => line.Trim().Length == 0);
        var text = string.Join('\n', own);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
