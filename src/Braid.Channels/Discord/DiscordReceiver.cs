using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

internal sealed class DiscordReceiver : IReceiver<DiscordSettings>
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Discord sends wrong signatures on purpose and wants its 401.</summary>
    public Verdict Verify(WebhookRequest request, DiscordSettings settings)
    {
        if (string.IsNullOrEmpty(settings.PublicKey)) { return new Verdict.Forged("the inbox has no public key"); }
        var timestamp = request.Header("X-Signature-Timestamp");
        if (!Signatures.IsFresh(timestamp, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the timestamp is missing or too old"); }

        var signed = Signatures.Join(timestamp!, request.Body.Span);
        if (!Signatures.IsEd25519(Signatures.Hex(settings.PublicKey), Signatures.Hex(request.Header("X-Signature-Ed25519")), signed))
        {
            return new Verdict.Forged("signature does not match");
        }

        var type = TypeOf(request.Body);
        var answer = new HttpReply(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(DiscordApi.AnswerTo(type, settings)));
        return type == 1 ? new Verdict.Challenge(answer) : new Verdict.Genuine(answer);
    }

    public Reading Read(RawDelivery delivery, DiscordSettings settings) => ChannelJson.Read(delivery, "a Discord event", json =>
    {
        if (json.Get("op").ValueKind == JsonValueKind.Number)
        {
            return json.Number("op") == 0 ? ReadEvent(json.Text("t"), json.Get("d"), settings) : new Reading.Ignored($"op {json.Id("op")}: the connection's own");
        }

        return json.Id("application_id") is not null && json.Number("type") is { } type ? DiscordTaps.Read(json, type) : new Reading.Unreadable("not a Discord event");
    });

    private static Reading ReadEvent(string? name, JsonElement item, DiscordSettings settings) => name switch
    {
        "MESSAGE_CREATE" => DiscordMessages.Created(item, settings),
        "MESSAGE_UPDATE" => DiscordMessages.Updated(item, settings),
        "MESSAGE_DELETE" => DiscordMessages.Deleted(item, [item.Id("id")]),
        "MESSAGE_DELETE_BULK" => DiscordMessages.Deleted(item, item.Items("ids").Select(ChannelJson.AsId)),
        "MESSAGE_REACTION_ADD" => DiscordMessages.Reaction(item, "added", settings),
        "MESSAGE_REACTION_REMOVE" => DiscordMessages.Reaction(item, "removed", settings),
        "INTERACTION_CREATE" => DiscordTaps.Read(item, item.Number("type") ?? 0),
        "TYPING_START" when item.Id("channel_id") is { } channel && item.Id("user_id") != settings.ApplicationId =>
            new Reading.Ignored("typing") { Signals = [new(SignalKind.Typing, channel, item.Id("user_id"))] },
        "GUILD_DELETE" when !item.Flag("unavailable") => new Reading.Ignored("the bot was removed from a server")
        {
            News = [new(NewsKind.Warning, "The bot was removed from a Discord server. Invite it again if that was not meant.")],
        },
        null => new Reading.Ignored("an event without a name"),
        var other => new Reading.Ignored($"{other}: no content for us"),
    };

    private static long? TypeOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Number("type");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Genuine all the same; reading will say what is wrong with it.
        }
    }
}
