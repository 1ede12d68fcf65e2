using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Channels.Deliveries;

/// <summary>An event in the words of the normalisation conventions.</summary>
internal static class EventJson
{
    /// <summary>Providers repeat items within one body; the product drops the second by its key, and so does this output.</summary>
    public static IEnumerable<InboundEvent> WithoutRepeats(IEnumerable<InboundEvent> events)
    {
        var seen = new HashSet<(string?, string)>();
        return events.Where(e => !IsSaid(e.Kind) || e.Key is not { } key || seen.Add((e.Account, key)));
    }

    public static JsonNode Of(InboundEvent e)
    {
        var json = new JsonObject
        {
            ["kind"] = Camel(e.Kind),
            ["externalId"] = e.ExternalId,
            ["senderId"] = e.Sender is { Anonymous: false } sender ? sender.Id : null,
            ["senderName"] = e.Sender?.Name,
            ["text"] = e.Text,
            ["attachments"] = new JsonArray([.. e.Attachments.Select(Attachment)]),
            ["replyTo"] = e.ReplyTo,
            ["timestampUtc"] = e.Timestamp?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
            ["status"] = e.Status,
        };
        Add(json, "account", e.Account);
        // For comments the conventions name the post; the product's own thread is the top-level comment.
        Add(json, "threadId", e.Post ?? e.Extra.GetValueOrDefault("postId") ?? e.ThreadId);
        Add(json, "direction", e.Outbound ? "outbound" : null);
        Add(json, "payload", e.Payload);
        Add(json, "eventId", e.EventId);
        Add(json, "correlation", e.Correlation);
        Add(json, "errorCode", e.ErrorCode);
        Add(json, "errorText", e.ErrorText);
        if (e.Referral is { } referral) json["referral"] = Parsed(referral);
        if (e.Rating is { } rating) json["rating"] = rating;
        if (e.Standby) json["standby"] = true;
        foreach (var (name, value) in e.Extra) json.TryAdd(name, name == "durationSeconds" && long.TryParse(value, CultureInfo.InvariantCulture, out var seconds) ? seconds : value);
        return json;
    }

    private static bool IsSaid(InboundKind kind) => kind is InboundKind.Message or InboundKind.Comment or InboundKind.Postback or InboundKind.Call;

    private static JsonObject Attachment(InboundAttachment attachment)
    {
        var json = new JsonObject { ["type"] = Camel(attachment.Kind) };
        Add(json, "name", attachment.Name);
        return json;
    }

    /// <summary>A referral with more than one fact is kept as JSON.</summary>
    private static JsonNode Parsed(string text)
    {
        if (!text.StartsWith('{')) return text;
        try
        {
            return JsonNode.Parse(text) ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static void Add(JsonObject json, string name, string? value)
    {
        if (value is not null) json[name] = value;
    }
}
