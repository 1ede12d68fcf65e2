using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Braid.Channels.Teams;

internal sealed class TeamsReceiver : IReceiver<TeamsSettings>
{
    private const string Issuer = "https://api.botframework.com";
    private const string TeamsName = "msteams";

    private static readonly HttpReply CardTaken = new(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["statusCode"] = 200, ["type"] = "application/vnd.microsoft.activity.message", ["value"] = "Thank you." }));

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The token proves Microsoft, our bot, and the address that answers go to; it does not cover the body, the connection does.</summary>
    public Verdict Verify(WebhookRequest request, TeamsSettings settings)
    {
        var keys = request.Keys.GetValueOrDefault(settings.Keys.AbsoluteUri);
        var token = Jwt.Check(Jwt.Bearer(request), keys, [Issuer], [settings.AppId], request.ReceivedAt);
        if (token is null) { return new Verdict.Forged("the token is missing or not right"); }

        var (type, name, channel, service) = Facts(request.Body);
        if (!TeamsKeys.Endorses(keys, token.Kid, channel ?? TeamsName)) { return new Verdict.Forged("the key is not endorsed for Teams"); }
        if (service is not null && service != ServiceOf(token)) { return new Verdict.Forged("the service address is not the token's", 403); }

        // An invoke waits for what it is told; anything else only for the status.
        return type != "invoke" ? new Verdict.Genuine() : new Verdict.Genuine(name == "adaptiveCard/action" ? CardTaken : HttpReply.Text("{}", contentType: "application/json"));
    }

    public Reading Read(RawDelivery delivery, TeamsSettings settings) => ChannelJson.Read(delivery, "a Teams activity", json => json.Text("type") switch
    {
        null => new Reading.Unreadable("not a Teams activity"),
        var type => TeamsActivity.Of(json, settings) is { } activity ? ReadActivity(type, json, activity) : new Reading.Ignored($"{type}: without a conversation"),
    });

    private static Reading ReadActivity(string type, JsonElement json, TeamsActivity activity) => type switch
    {
        "message" => Message(json, activity),
        "messageUpdate" => Changed(json, activity, InboundKind.Edit),
        "messageDelete" => Changed(json, activity, InboundKind.Delete),
        "messageReaction" => Reactions(json, activity),
        "invoke" when json.Text("name") == "adaptiveCard/action" => Tap(json, activity, json.Get("value").Get("action").Get("data")),
        "typing" => new Reading.Ignored("typing") { Signals = [new(SignalKind.Typing, activity.Thread, json.Get("from").Id("id"), activity.Account)] },
        "installationUpdate" when json.Text("action") is "remove" or "remove-upgrade" => new Reading.Ignored("the app was removed here")
        {
            News = [new(NewsKind.Info, "Somebody removed the app from a chat or team in Teams.", activity.Account)],
        },
        _ => new Reading.Ignored($"{type}: no content for us"),
    };

    private static Reading Message(JsonElement json, TeamsActivity activity)
    {
        if (json.Id("id") is not { } id || activity.Sender is null) { return new Reading.Ignored("a message without id or sender"); }
        if (activity.Sender.Id == json.Get("recipient").Id("id")) { return new Reading.Ignored("our own message"); }
        if (json.Get("value").Exists()) { return Tap(json, activity, json.Get("value")); }

        var (text, files) = (TeamsText.Of(json), TeamsActivity.Files(json));
        var unknown = text is null && files.Count == 0;
        return new Reading.Events(
        [
            activity.Event(InboundKind.Message) with
            {
                ExternalId = id,
                Key = activity.Key(id),
                TargetKey = activity.ReplyTo(json) is { } target ? activity.Key(target) : null,
                Text = text,
                Attachments = unknown ? [new(AttachmentKind.Unknown)] : files,
                Status = unknown ? "unsupported" : null,
                ReplyTo = activity.ReplyTo(json),
            },
        ]);
    }

    private static Reading Changed(JsonElement json, TeamsActivity activity, InboundKind kind) => json.Id("id") is not { } id
        ? new Reading.Ignored("a change without a message")
        : new Reading.Events(
        [
            activity.Event(kind) with { ExternalId = id, TargetKey = activity.Key(id), Text = kind == InboundKind.Edit ? TeamsText.Of(json) : null },
        ]);

    private static Reading Reactions(JsonElement json, TeamsActivity activity)
    {
        if (json.Id("replyToId") is not { } target) { return new Reading.Ignored("a reaction without a message"); }
        List<InboundEvent> events = [.. new[] { ("reactionsAdded", "added"), ("reactionsRemoved", "removed") }
            .SelectMany(list => json.Items(list.Item1).Select(r => (Name: r.Text("type"), Status: list.Item2)))
            .Where(r => r.Name is not null)
            .Select(r => activity.Event(InboundKind.Reaction) with
            {
                ExternalId = json.Id("id"), TargetKey = activity.Key(target), ReplyTo = target, Text = r.Name, Status = r.Status,
            })];
        return events.Count == 0 ? new Reading.Ignored("no reaction we know") : new Reading.Events(events);
    }

    /// <summary>What our own cards return is told by its name; anything else the business put there is the payload as it is.</summary>
    private static Reading Tap(JsonElement json, TeamsActivity activity, JsonElement value)
    {
        if (json.Id("id") is not { } id || activity.Sender is null) { return new Reading.Ignored("a tap without id or sender"); }
        var ours = value.Text(TeamsCards.Payload);
        var payload = ours ?? (value.ValueKind == JsonValueKind.String ? value.AsId() : value.Exists() ? JsonText.WellFormed(JsonSerializer.Serialize(value, Plain)) : null);
        return new Reading.Events(
        [
            activity.Event(InboundKind.Postback) with
            {
                ExternalId = id,
                Key = activity.Key(id),
                TargetKey = json.Id("replyToId") is { } card ? activity.Key(card) : null,
                Text = TeamsText.Of(json) ?? (ours is null ? null : value.Text(TeamsCards.Title)),
                Payload = payload,
                ReplyTo = json.Id("replyToId"),
            },
        ]);
    }

    private static string? ServiceOf(JsonWebToken token) => token.TryGetPayloadValue<string>("serviceurl", out var service) ? service : null;

    private static (string? Type, string? Name, string? Channel, string? Service) Facts(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var json = document.RootElement;
            return (json.Text("type"), json.Text("name"), json.Text("channelId"), json.Text("serviceUrl"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default; // Genuine all the same; reading will say what is wrong with it.
        }
    }
}
