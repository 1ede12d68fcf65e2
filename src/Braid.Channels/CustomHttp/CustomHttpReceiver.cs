using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.CustomHttp;

internal sealed class CustomHttpReceiver : IReceiver<CustomHttpSettings>
{
    public Verdict Verify(WebhookRequest request, CustomHttpSettings settings)
    {
        if (request.HeaderEquals("Authorization", string.IsNullOrEmpty(settings.ApiKey) ? null : "Bearer " + settings.ApiKey)) { return new Verdict.Genuine(Answer(request.Body)); }
        return StandardWebhooks.Fault(request, settings.SigningSecret, settings.SecondarySigningSecret) is { } fault ? new Verdict.Forged(fault) : new Verdict.Genuine(Answer(request.Body));
    }

    /// <summary>One event, or a list of them under `events`.</summary>
    public Reading Read(RawDelivery delivery, CustomHttpSettings settings) => ChannelJson.Read(delivery, "a custom channel's event", json =>
    {
        if (Items(json) is not { } items) { return new Reading.Unreadable("not a custom channel's event: it is no JSON object"); }
        var (events, signals, skipped) = (new List<InboundEvent>(), new List<Signal>(), new List<string>());
        foreach (var item in items)
        {
            switch (CustomHttpEvents.Of(item))
            {
                case { Event: { } e }: events.Add(e); break;
                case { Signal: { } signal }: signals.Add(signal); break;
                case var no: skipped.Add($"{item.Id("id") ?? "an event without id"}: {no.Fault}"); break;
            }
        }

        if (events.Count > 0) { return new Reading.Events(events) { Signals = signals, Skipped = skipped }; }
        return new Reading.Ignored(skipped.Count > 0 ? string.Join("; ", skipped) : signals.Count > 0 ? "typing" : "no events") { Signals = signals };
    });

    /// <summary>
    /// What the contract promises: a result for each event. Whatever is wrong with the content, the body is kept and can be looked at on the
    /// deliveries screen; the status tells the other side's developer. Repeats are `accepted` too: they do no harm.
    /// </summary>
    private static HttpReply Answer(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Items(document.RootElement) is not { } items) { return Reply(422, Error("not_an_event", "Post one event, or {\"events\":[...]}.")); }
            var results = new JsonArray();
            var good = 0;
            foreach (var item in items)
            {
                var read = CustomHttpEvents.Of(item);
                var result = new JsonObject { ["id"] = item.Id("id"), ["status"] = read.Fault is null ? "accepted" : "rejected" };
                if (read.Fault is { } fault) { result["error"] = new JsonObject { ["code"] = read.Code, ["message"] = fault }; }
                else { good++; }
                results.Add(result);
            }

            return Reply(good > 0 || results.Count == 0 ? 202 : 422, new JsonObject { ["results"] = results });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return Reply(400, Error("malformed_json", "The body is not JSON."));
        }
    }

    private static List<JsonElement>? Items(JsonElement json) =>
        json.Get("events").ValueKind == JsonValueKind.Array ? [.. json.Items("events")] : json.IsObject() ? [json] : null;

    private static JsonObject Error(string code, string message) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private static HttpReply Reply(int status, JsonObject body) => HttpReply.Text(body.ToJsonString(), status, "application/json");
}
