using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>Two products of X share one webhook: the Account Activity API (AAA) and the X Activity API (XAA). Both are read.</summary>
internal sealed partial class XDmReceiver : IReceiver<XDmSettings>
{
    private const string Prefix = "sha256=";

    public Verdict Verify(WebhookRequest request, XDmSettings settings) =>
        settings.ConsumerSecret.Length == 0 ? new Verdict.Forged("there is no API key secret to compare with")
        : request.Method == "GET" ? Handshake(request, settings)
        : request.HeaderEquals("x-twitter-webhooks-signature", Prefix + Signatures.HmacSha256Base64(settings.ConsumerSecret, request.Body.Span)) ? new Verdict.Genuine()
        : new Verdict.Forged("x-twitter-webhooks-signature does not match the API key secret");

    public Reading Read(RawDelivery delivery, XDmSettings settings) =>
        ChannelJson.Read(delivery, "an X webhook", json =>
        {
            var found = new XDmFound();
            var activity = json.Get("data");
            if (activity.Text("event_type") is { } type)
            {
                Activity(type, activity.Get("filter").Id("user_id"), activity.Get("payload"), activity, found);
            }
            else if (json.Get("user_event").IsObject())
            {
                found.Revoked(json.Get("user_event").Get("revoke").Get("source").Id("user_id"));
            }
            else if (json.Id("for_user_id") is { } account)
            {
                Messages(account, json, found);
                foreach (var item in json.Items("tweet_create_events")) { XDmPosts.ReadOld(account, item, found); }
                foreach (var item in json.Items("tweet_delete_events")) { XDmPosts.ReadOldDelete(account, item, found); }
                foreach (var other in json.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array && !Known.Contains(Name(p)))) { found.Skipped.Add($"{Name(other)}: no content for us"); }
            }
            else
            {
                return new Reading.Unreadable("not an X webhook: it names no account and no event");
            }

            return found.ToReading();
        });

    private static readonly string[] Known =
        ["direct_message_events", "direct_message_indicate_typing_events", "direct_message_mark_read_events", "tweet_create_events", "tweet_delete_events"];

    private static void Activity(string type, string? account, JsonElement payload, JsonElement activity, XDmFound found)
    {
        switch (type)
        {
            case "post.mention.create" or "post.reply.create" or "post.quote.create":
                XDmPosts.Read(account, payload, activity.Get("includes").IsObject() ? activity.Get("includes") : payload.Get("includes"), found);
                break;
            case "post.delete":
                XDmPosts.ReadDelete(account, payload, found);
                break;
            case "chat.received" or "chat.sent":
                XDmMessages.ReadEncrypted(account, payload, found);
                break;
            case "oauth.revoke":
                found.Revoked(account);
                break;
            case var dm when dm.StartsWith("dm.", StringComparison.Ordinal) && account is not null:
                Messages(account, payload, found);
                break;
            default:
                found.Skipped.Add($"{type}: no content for us");
                break;
        }
    }

    private static void Messages(string account, JsonElement json, XDmFound found)
    {
        var users = json.Get("users");
        foreach (var item in json.Items("direct_message_events")) { XDmMessages.Read(account, item, users, found); }
        foreach (var item in json.Items("direct_message_mark_read_events")) { XDmMessages.ReadMark(account, item, users, found); }
        foreach (var item in json.Items("direct_message_indicate_typing_events")) { XDmMessages.ReadTyping(account, item, found); }
    }

    /// <summary>
    /// The answer proves that we hold the secret, and is made as a signature is. So only what looks like X's own token is signed: else
    /// anybody could have a body of theirs signed by us.
    /// </summary>
    private static Verdict Handshake(WebhookRequest request, XDmSettings settings)
    {
        if (request.Query.GetValueOrDefault("crc_token") is not { } token || !CrcToken().IsMatch(token)) { return new Verdict.Forged("no challenge of X", 403); }
        var answer = new JsonObject { ["response_token"] = Prefix + Signatures.HmacSha256Base64(settings.ConsumerSecret, System.Text.Encoding.UTF8.GetBytes(token)) };
        return new Verdict.Challenge(new HttpReply(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(answer, SettingsReader.Json)));
    }

    private static string Name(JsonProperty property)
    {
        try { return property.Name; }
        catch (InvalidOperationException) { return "unknown"; }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9+/=_.-]{1,200}\z")]
    private static partial Regex CrcToken();
}

/// <summary>What one body came to.</summary>
internal sealed class XDmFound
{
    public List<InboundEvent> Events { get; } = [];
    public List<Signal> Signals { get; } = [];
    public List<string> Skipped { get; } = [];
    public List<AccountNews> News { get; } = [];

    public void Revoked(string? account)
    {
        News.Add(new(NewsKind.Revoked, "The account took back its permission for this app. Make a new access token and enter it.", account));
        Skipped.Add("the account took back its permission");
    }

    public Reading ToReading() => Events.Count > 0
        ? new Reading.Events(Events) { Signals = Signals, Skipped = Skipped, News = News }
        : new Reading.Ignored(Skipped.Count > 0 ? string.Join("; ", Skipped) : Signals.Count > 0 ? "somebody is typing" : "nothing in it") { Signals = Signals, News = News };
}
