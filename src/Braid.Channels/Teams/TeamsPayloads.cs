using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>What every activity says: who, where, when.</summary>
internal sealed record TeamsActivity(string Thread, string? Account, Audience Audience, string? Title, Sender? Sender, DateTimeOffset? At)
{
    private const string DownloadInfo = "application/vnd.microsoft.teams.file.download.info";

    public static TeamsActivity? Of(JsonElement json, TeamsSettings settings)
    {
        var conversation = json.Get("conversation");
        if (conversation.Id("id") is not { } thread) { return null; }
        var tenant = conversation.Id("tenantId") ?? json.Get("channelData").Get("tenant").Id("id");
        return new(
            thread,
            settings.Account is null ? null : tenant,
            conversation.Text("conversationType") is "personal" || (conversation.Text("conversationType") is null && !conversation.Flag("isGroup")) ? Audience.Private : Audience.Shared,
            conversation.Text("name") ?? json.Get("channelData").Get("channel").Text("name"),
            Person(json.Get("from"), json.Text("locale")),
            DateTimeOffset.TryParse(json.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);
    }

    /// <summary>Ids are unique in their conversation only; a channel's thread is a conversation of its own.</summary>
    public string Key(string id) => $"{Thread}:{id}";

    public InboundEvent Event(InboundKind kind) => new(kind) { Account = Account, Sender = Sender, ThreadId = Thread, Audience = Audience, ThreadTitle = Title, Timestamp = At };

    /// <summary>Teams often leaves replyToId out; the thread's name tells its first message.</summary>
    public string? ReplyTo(JsonElement json)
    {
        var root = Thread.IndexOf(";messageid=", StringComparison.Ordinal) is > 0 and var at ? Thread[(at + 11)..] : null;
        var target = json.Id("replyToId") ?? root;
        return target == json.Id("id") ? null : target;
    }

    public static IReadOnlyList<InboundAttachment> Files(JsonElement json) => [.. json.Items("attachments").Select(File).OfType<InboundAttachment>()];

    private static InboundAttachment? File(JsonElement attachment) => attachment.Text("contentType") switch
    {
        DownloadInfo => new(AttachmentKind.File) { Name = attachment.Text("name"), MediaRef = attachment.Get("content").Text("downloadUrl") },
        // The same text once more, with its formatting; cards are the bot's own.
        null or "text/html" => null,
        var card when card.StartsWith("application/vnd.microsoft.", StringComparison.Ordinal) => null,
        var type => new(type.Split('/')[0] switch { "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File })
        {
            Name = attachment.Text("name"), ContentType = type.EndsWith('*') ? null : type, MediaRef = attachment.Text("contentUrl"),
        },
    };

    private static Sender? Person(JsonElement from, string? language) => from.Id("id") is not { } id ? null : new(id)
    {
        Name = from.Text("name"), Language = language, OtherIds = from.Id("aadObjectId") is { } directory ? [directory] : [],
    };
}

internal static partial class TeamsText
{
    /// <summary>The bot's mention left out, the others by name, entities as the characters they mean.</summary>
    public static string? Of(JsonElement json)
    {
        if (json.Text("text") is not { } text) { return null; }
        var bot = json.Get("recipient").Id("id");
        foreach (var entity in json.Items("entities"))
        {
            if (entity.Text("type") == "mention" && bot is not null && entity.Get("mentioned").Id("id") == bot && entity.Text("text") is { } mention)
            {
                text = text.Replace(mention, "", StringComparison.Ordinal);
            }
        }

        text = JsonText.WellFormed(WebUtility.HtmlDecode(Mention().Replace(text, "@$1"))).Replace('\u00A0', ' ').Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>Markdown that shows a text as it was typed: tags would vanish, and a single line break would too.</summary>
    public static string Markdown(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "  \n", StringComparison.Ordinal);

    [GeneratedRegex("<at(?:\\s[^>]{0,200})?>([^<]{0,300})</at>", RegexOptions.CultureInvariant)]
    private static partial Regex Mention();
}
