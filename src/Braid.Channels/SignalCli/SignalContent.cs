using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>What a data message holds; null for notices (a group's new name, a timer).</summary>
internal sealed record SignalContent(string? Text, IReadOnlyList<InboundAttachment> Attachments, bool Unsupported)
{
    public static SignalContent? Of(JsonElement data, string account, string thread, bool group)
    {
        var attachments = data.Items("attachments").Select(a => File(a, thread, group)).ToList();
        if (data.Get("sticker") is { ValueKind: JsonValueKind.Object } sticker)
        {
            attachments.Add(new(AttachmentKind.Sticker)
            {
                MediaRef = sticker.Text("packId") is { } pack && sticker.Id("stickerId") is { } number ? $"sticker {pack} {number}" : null,
            });
        }

        attachments.AddRange(data.Items("contacts").Select(Contact));
        var text = Mentioned(data, account);
        if (text is not null || attachments.Count > 0) { return new(text, attachments, false); }

        var unknown = new[] { "pollCreate", "pollVote", "payment", "giftBadge", "storyContext" }.FirstOrDefault(name => data.Get(name).Exists());
        return unknown is null ? null : new(null, [new(AttachmentKind.Unknown) { Name = unknown }], true);
    }

    private static InboundAttachment File(JsonElement file, string thread, bool group)
    {
        var type = file.Text("contentType");
        return new(type?.Split('/')[0] switch { "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File })
        {
            Name = file.Text("filename"),
            ContentType = type,
            Size = file.Number("size"),
            // signal-cli asks for the conversation beside the file's id.
            MediaRef = file.Text("id") is { } id ? $"{(group ? "group" : "person")} {thread} {id}" : null,
        };
    }

    private static InboundAttachment Contact(JsonElement contact)
    {
        var facts = new Dictionary<string, string>();
        var name = contact.Get("name");
        if ((name.Text("display") ?? string.Join(' ', new[] { name.Text("given"), name.Text("family") }.OfType<string>())) is { Length: > 0 } said) { facts["name"] = said; }
        var phones = contact.Items("phone").Select(p => p.Text("value")).OfType<string>().ToList();
        if (phones.Count > 0) { facts["phones"] = string.Join(", ", phones); }
        return new(AttachmentKind.Contact) { Facts = facts };
    }

    /// <summary>Mentions stand as U+FFFC in the text: ours goes, others are shown by name.</summary>
    private static string? Mentioned(JsonElement data, string account)
    {
        if (data.Text("message") is not { } text) { return null; }
        foreach (var mention in data.Items("mentions").Where(m => m.IsObject()).OrderByDescending(m => m.Number("start") ?? 0))
        {
            if (mention.Number("start") is not (>= 0 and var start) || mention.Number("length") is not (> 0 and var length) || start + length > text.Length) { continue; }
            var name = mention.Text("number") == account && account.Length > 0 ? "" : "@" + (mention.Text("name") ?? mention.Text("number") ?? "someone");
            text = text.Remove((int)start, (int)length).Insert((int)start, name);
        }

        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
