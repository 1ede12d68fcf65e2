using System.Text.Json.Nodes;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>What a raw mail says, as plain data: the `email` object that `braid read email` prints.</summary>
public static class EmailReading
{
    public static JsonObject Read(ReadOnlyMemory<byte> raw)
    {
        var mail = Mail.Read(raw);
        return new JsonObject
        {
            ["from"] = People(mail.From),
            ["to"] = People(mail.To),
            ["cc"] = People(mail.Cc),
            ["replyTo"] = People(mail.ReplyTo),
            ["subject"] = mail.Subject,
            ["dateUtc"] = mail.Date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["messageId"] = mail.MessageId,
            ["inReplyTo"] = mail.InReplyTo,
            ["references"] = new JsonArray([.. mail.References.Select(r => (JsonNode)r)]),
            ["textBody"] = mail.Content.Text,
            ["htmlBody"] = mail.Content.Html is not null,
            ["attachments"] = new JsonArray([.. mail.Content.Files.Select(File)]),
            ["visibleReply"] = mail.Visible,
            ["kind"] = mail.Kind switch { MailKinds.Receipt => "readReceipt", MailKinds.Delayed => "bounce", MailKinds.List => "message", var kind => kind },
        };
    }

    private static JsonArray People(IReadOnlyList<MailAddress> people) =>
        new([.. people.Select(p => (JsonNode)new JsonObject { ["name"] = p.Name, ["address"] = p.Address })]);

    private static JsonNode File(MailFile file)
    {
        var node = new JsonObject
        {
            ["fileName"] = file.Name,
            ["contentType"] = file.ContentType,
            ["size"] = file.ContentType.StartsWith("message/", StringComparison.Ordinal) ? null : file.Part.Decode().Length,
            ["inline"] = file.Inline,
        };
        if (file.ContentId is { } id) { node["contentId"] = id; }
        return node;
    }
}
