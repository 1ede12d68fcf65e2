using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Mastodon;

/// <summary>Reads frames of the streaming API; the listener writes polled notifications in the same form. `payload` is JSON in a string.</summary>
internal sealed class MastodonReceiver : IReceiver<MastodonSettings>
{
    /// <summary>The first post of the thread, which the listener looks up: a reply names only its parent.</summary>
    public const string RootHeader = "mastodon-root";

    public Verdict Verify(WebhookRequest request, MastodonSettings settings) => new Verdict.Forged("Mastodon is listened to, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, MastodonSettings settings) =>
        ChannelJson.Read(delivery, "a Mastodon event", frame =>
        {
            if (frame.Text("event") is not { } kind) { return new Reading.Unreadable("not a Mastodon event"); }
            var payload = frame.Get("payload");
            if (kind == "delete") { return Delete(payload.AsId()); }
            if (kind is not ("notification" or "status.update")) { return new Reading.Ignored($"{kind}: no content for us"); }
            if (payload.ValueKind != JsonValueKind.String) { return new Reading.Unreadable("an event without payload"); }

            return ChannelJson.Read(delivery with { Body = Encoding.UTF8.GetBytes(JsonText.Of(payload)) }, "a Mastodon payload", json =>
            {
                if (kind == "status.update") { return Status(json, settings, delivery, edited: true); }
                return json.Text("type") == "mention"
                    ? Status(json.Get("status"), settings, delivery, edited: false)
                    : new Reading.Ignored($"notification {json.Text("type") ?? "without type"}: no content for us");
            });
        });

    private static Reading Delete(string? id) => id is null
        ? new Reading.Unreadable("a delete without id")
        : new Reading.Events([new InboundEvent(InboundKind.Delete) { ExternalId = id, TargetKey = id, ThreadId = id, Audience = Audience.Public }]);

    private static Reading Status(JsonElement status, MastodonSettings settings, RawDelivery delivery, bool edited)
    {
        var account = status.Get("account");
        if (status.Id("id") is not { } id || account.Id("id") is not { } author) { return new Reading.Unreadable("a post without id or author"); }
        if (IsOurs(account.Text("acct"), settings)) { return new Reading.Ignored($"post {id} is our own"); }

        var mentions = status.Items("mentions").ToList();
        var own = mentions.FirstOrDefault(m => IsOurs(m.Text("acct"), settings));
        if (edited && !own.IsObject()) { return new Reading.Ignored($"post {id} does not mention us"); }

        var direct = status.Text("visibility") == "direct";
        var others = mentions.Where(m => m.Id("id") is not null && m.Id("id") != own.Id("id") && m.Id("id") != author)
            .Select(m => new Person(m.Id("id")!, null, "@" + m.Text("acct"))).ToList();
        var parent = status.Id("in_reply_to_id");
        var attachments = status.Items("media_attachments").Select(Attachment).ToList();
        return new Reading.Events([new InboundEvent(edited ? InboundKind.Edit : direct ? InboundKind.Message : InboundKind.Comment)
        {
            ExternalId = id,
            TargetKey = edited ? id : parent,
            Sender = new Sender(author)
            {
                Name = account.Text("display_name"), Username = account.Text("acct"), Address = account.Text("acct") is { } acct ? "@" + acct : null,
            },
            ThreadId = delivery.Headers.GetValueOrDefault(RootHeader) ?? parent ?? id,
            Audience = !direct ? Audience.Public : others.Count > 0 ? Audience.Shared : Audience.Private,
            Text = Text(status, own.Text("url")),
            Attachments = attachments,
            ReplyTo = edited ? null : parent,
            Timestamp = edited ? Time(status, "edited_at") ?? Time(status, "created_at") : Time(status, "created_at"),
            Permalink = direct ? null : status.Text("url"),
            Others = direct ? others : [],
            Extra = Extra(status, account),
        }]);
    }

    private static string? Text(JsonElement status, string? ownUrl)
    {
        var text = MastodonText.Of(status.Text("content"), ownUrl);
        return status.Text("spoiler_text") is { } warning ? text is null ? warning : $"{warning}\n\n{text}" : text;
    }

    /// <summary>Local names come without a domain.</summary>
    private static bool IsOurs(string? acct, MastodonSettings settings) => string.Equals(acct, settings.UserName, StringComparison.OrdinalIgnoreCase);

    private static InboundAttachment Attachment(JsonElement media)
    {
        var kind = media.Text("type") switch { "image" => AttachmentKind.Image, "gifv" or "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.Unknown };
        var url = media.Text("url") ?? media.Text("remote_url");
        return new(kind) { MediaRef = url, Facts = media.Text("description") is { } said ? new Dictionary<string, string> { ["description"] = said } : [] };
    }

    private static DateTimeOffset? Time(JsonElement status, string name) =>
        DateTimeOffset.TryParse(status.Text(name), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static Dictionary<string, string> Extra(JsonElement status, JsonElement account)
    {
        var extra = new Dictionary<string, string>();
        if (status.Text("visibility") is { Length: <= 20 } visibility) { extra["visibility"] = visibility; }
        if (account.Flag("bot")) { extra["bot"] = "true"; }
        return extra;
    }
}
