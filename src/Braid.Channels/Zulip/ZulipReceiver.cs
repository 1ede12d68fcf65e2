using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Zulip;

internal sealed class ZulipReceiver : IReceiver<ZulipSettings>
{
    private static readonly HttpReply NoReply = HttpReply.Text("""{"response_not_required": true}""", contentType: "application/json");

    /// <summary>Zulip signs nothing: the body repeats the bot's token.</summary>
    public Verdict Verify(WebhookRequest request, ZulipSettings settings) =>
        Secrets.Match(TokenIn(request.Body), settings.WebhookToken) ? new Verdict.Genuine(NoReply) : new Verdict.Forged("the token in the body does not match");

    public Reading Read(RawDelivery delivery, ZulipSettings settings) => ChannelJson.Read(delivery, "a Zulip event", json =>
    {
        var (events, signals, skipped) = (new List<InboundEvent>(), new List<Signal>(), new List<string>());
        if (json.Get("events").ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.Items("events")) { ZulipEvents.Read(item, settings, events, skipped); }
        }
        else if (json.Get("message").IsObject())
        {
            ZulipEvents.Message(json.Get("message"), json.Text("bot_full_name") ?? settings.BotName, json.Text("bot_email") ?? settings.BotEmail, events, skipped);
        }
        else
        {
            return new Reading.Unreadable("not a Zulip event");
        }

        return events.Count == 0
            ? new Reading.Ignored(skipped.Count == 0 ? "no event" : string.Join("; ", skipped)) { Signals = signals }
            : new Reading.Events(events) { Skipped = skipped, Signals = signals };
    });

    private static string? TokenIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("token");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
