using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

internal sealed class SlackReceiver : IReceiver<SlackSettings>
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public Verdict Verify(WebhookRequest request, SlackSettings settings)
    {
        if (string.IsNullOrEmpty(settings.SigningSecret)) { return new Verdict.Forged("the inbox has no signing secret"); }
        var timestamp = request.Header("X-Slack-Request-Timestamp");
        if (!Signatures.IsFresh(timestamp, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the timestamp is missing or too old"); }

        var signed = Signatures.Join($"v0:{timestamp}:", request.Body.Span);
        return request.HeaderEquals("X-Slack-Signature", "v0=" + Signatures.HmacSha256Hex(settings.SigningSecret, signed))
            ? Challenge(request.Body) is { } challenge ? new Verdict.Challenge(HttpReply.Text(challenge)) : new Verdict.Genuine()
            : new Verdict.Forged("signature does not match");
    }

    /// <summary>Workspaces are told apart only where the inbox names its own; else all that comes here is this inbox's.</summary>
    public Reading Read(RawDelivery delivery, SlackSettings settings) => settings.Account is not null ? ReadAny(delivery, settings) : ReadAny(delivery, settings) switch
    {
        Reading.Events read => read with { Items = [.. read.Items.Select(e => e with { Account = null })] },
        Reading.Ignored ignored => ignored with { News = [.. ignored.News.Select(n => n with { Account = null })] },
        var other => other,
    };

    private static Reading ReadAny(RawDelivery delivery, SlackSettings settings)
    {
        if (!FormBody.Is(delivery)) { return ChannelJson.Read(delivery, "a Slack event", json => ReadEnvelope(json, settings)); }

        var form = FormBody.Read(delivery.Body);
        if (form.Text("payload") is { } payload)
        {
            return ChannelJson.Read(delivery with { Body = Encoding.UTF8.GetBytes(payload) }, "a Slack interaction", SlackTaps.Read);
        }

        return form.Text("command") is not null ? SlackTaps.Command(form) : new Reading.Unreadable("a form without payload and command");
    }

    private static Reading ReadEnvelope(JsonElement json, SlackSettings settings)
    {
        var account = json.Items("authorizations").Select(a => a.Id("team_id")).FirstOrDefault(id => id is not null) ?? json.Id("team_id");
        switch (json.Text("type"))
        {
            case "event_callback":
                return ReadEvent(json, account, settings);
            case "url_verification":
                return new Reading.Ignored("Slack checks the address");
            case "block_actions":
                return SlackTaps.Read(json); // Socket Mode has no forms.
            case "app_rate_limited":
                return new Reading.Ignored("Slack holds back events: too many came in one hour")
                {
                    News = [new(NewsKind.Warning, "Slack holds back events because more than 30 000 came within an hour.", account)],
                };
            case { } other:
                return new Reading.Ignored($"{other}: unknown to us");
            case null when json.Text("command") is not null:
                return SlackTaps.Command(json.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToLookup(p => p.Name).ToDictionary(p => p.Key, p => JsonText.Of(p.First().Value)));
            default:
                return new Reading.Unreadable("not a Slack event");
        }
    }

    private static Reading ReadEvent(JsonElement json, string? account, SlackSettings settings)
    {
        var item = json.Get("event");
        var envelope = new SlackEnvelope(account, json.Id("api_app_id"), Ours(json, settings));
        return item.Text("type") switch
        {
            "message" or "app_mention" => SlackMessages.Read(item, envelope),
            "reaction_added" => SlackMessages.Reaction(item, envelope, "added"),
            "reaction_removed" => SlackMessages.Reaction(item, envelope, "removed"),
            "app_uninstalled" => Revoked("The Slack app was removed from the workspace. Install it again.", account),
            "tokens_revoked" when item.Get("tokens").Items("bot").Any() => Revoked("Slack revoked the bot token. Install the app again and copy its token, or sign in again.", account),
            "tokens_revoked" => new Reading.Ignored("tokens of people were revoked, not the bot's"),
            { } other => new Reading.Ignored($"{other}: no content for us"),
            null => new Reading.Ignored("an event without a type"),
        };
    }

    private static Reading.Ignored Revoked(string words, string? account) => new(words) { News = [new(NewsKind.Revoked, words, account)] };

    private static HashSet<string> Ours(JsonElement json, SlackSettings settings)
    {
        var ours = json.Items("authorizations").Where(a => a.Flag("is_bot")).Select(a => a.Id("user_id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(settings.BotUserId)) { ours.Add(settings.BotUserId); }
        return ours;
    }

    private static string? Challenge(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"url_verification\""u8) < 0) { return null; }
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("type") == "url_verification" ? document.RootElement.Text("challenge") : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Genuine all the same; reading will say what is wrong with it.
        }
    }
}

/// <param name="Ours">Bot user ids of this app, by which our own echoes and mentions are known.</param>
internal sealed record SlackEnvelope(string? Account, string? AppId, IReadOnlyCollection<string> Ours)
{
    public bool IsOurs(JsonElement message) =>
        (message.Id("user") is { } user && Ours.Contains(user)) || (AppId is not null && message.Id("app_id") == AppId);
}
