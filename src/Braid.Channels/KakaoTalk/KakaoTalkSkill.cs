using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>A chatbot's skill: Kakao asks, we answer once. A call has neither id nor time, so its arrival and its bytes make the key.</summary>
internal static class KakaoTalkSkill
{
    private const string Prefix = "skill:";
    private const int MostOutputs = 3;

    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Reading Read(JsonElement json, string call)
    {
        var request = json.Get("userRequest");
        if (request.Get("user").Id("id") is not { } user) { return new Reading.Unreadable("a KakaoTalk skill call without user"); }
        var payload = Payload(json.Get("action").Get("clientExtra"));
        return new Reading.Events(
        [
            new InboundEvent(payload is null ? InboundKind.Message : InboundKind.Postback)
            {
                Key = $"{Prefix}{user}:{call}",
                // The answer goes to an address of this one call, good for a minute.
                ThreadId = Thread(user, request.Text("callbackUrl")),
                Sender = new Sender(user) { Language = request.Text("lang") },
                Text = request.Text("utterance")?.Trim(), Payload = payload,
                Attachments = [.. Pictures(json.Get("action").Get("params"))],
            },
        ]);
    }

    public static string Thread(string user, string? callback) => callback is null ? Prefix + user : $"{Prefix}{user}|{callback}";

    public static bool Is(string? thread) => thread?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Where the one answer goes; null when Kakao waits for none.</summary>
    public static string? Callback(string thread) => thread.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar ? thread[(bar + 1)..] : null;

    public static JsonObject Response(IReadOnlyList<string> texts, IReadOnlyList<RichButton> choices)
    {
        var template = new JsonObject
        {
            ["outputs"] = new JsonArray([.. texts.Take(MostOutputs).Select(t => new JsonObject { ["simpleText"] = new JsonObject { ["text"] = t } })]),
        };
        if (choices.Count > 0)
        {
            template["quickReplies"] = new JsonArray([.. choices.Select(c => new JsonObject
            {
                ["label"] = c.Title, ["action"] = "message", ["messageText"] = c.Title, ["extra"] = new JsonObject { ["payload"] = c.Value },
            })]);
        }

        return new JsonObject { ["version"] = "2.0", ["template"] = template };
    }

    public static bool Fits(IReadOnlyList<string> texts) => texts.Count is > 0 and <= MostOutputs;

    /// <summary>Ours is one field; what the business put there itself is kept whole.</summary>
    private static string? Payload(JsonElement extra)
    {
        if (!extra.IsObject() || !extra.EnumerateObject().Any()) { return null; }
        return extra.EnumerateObject().Count() == 1 && extra.Text("payload") is { } ours ? ours : JsonText.WellFormed(JsonNode.Parse(extra.GetRawText())!.ToJsonString(Plain));
    }

    /// <summary>Pictures come as a plugin's parameter: JSON in a string, with the addresses as `List(…, …)`.</summary>
    private static IEnumerable<InboundAttachment> Pictures(JsonElement parameters)
    {
        if (!parameters.IsObject()) { yield break; }
        foreach (var value in parameters.EnumerateObject().Select(p => p.Value).Where(v => v.ValueKind == JsonValueKind.String).Select(JsonText.Of).Where(v => v.Contains("secureUrls", StringComparison.Ordinal)))
        {
            string? list = null;
            try
            {
                using var inner = JsonDocument.Parse(value);
                list = inner.RootElement.Text("secureUrls");
            }
            catch (JsonException)
            {
                // A parameter of somebody else's.
            }

            foreach (var url in (list ?? "").Replace("List(", "", StringComparison.Ordinal).TrimEnd(')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return new InboundAttachment(AttachmentKind.Image) { MediaRef = url };
            }
        }
    }
}
