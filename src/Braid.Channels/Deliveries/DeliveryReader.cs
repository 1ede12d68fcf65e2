using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Braid.Channels.Deliveries;

/// <summary>A raw delivery in a file, for `braid read`.</summary>
/// <param name="Channel">The channel's id.</param>
/// <param name="Name">The file's name; its ending tells the content type.</param>
public sealed record DeliveryFile(string Channel, string Name, ReadOnlyMemory<byte> Body)
{
    /// <summary>Only what reading needs, such as keys to decrypt; nothing is required.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();
    /// <summary>With headers the signature is checked as for a real request; without, it is not.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public Uri Url { get; init; } = new("https://localhost/");
}

/// <summary>Channels that say more about a delivery than its events (mail: all headers and bodies).</summary>
public interface IDescribesDelivery
{
    /// <summary>A property to add to the output: its name and value; null when there is nothing to add.</summary>
    (string Name, JsonObject Value)? Describe(RawDelivery delivery);
}

/// <summary>
/// What Braid reads in a raw delivery, as one JSON line: `{file, channel, events:[...]}`. Fields without a value are null for the nine
/// that every event has, else left out. `skipped`, `ignored`, `unreadable` and `forged` tell what became of the rest.
/// </summary>
public static class DeliveryReader
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Lenient = new(SettingsReader.Json) { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    public static string ReadLine(DeliveryFile file, IChannel channel) => Read(file, channel).ToJsonString(Plain);

    public static JsonObject Read(DeliveryFile file, IChannel channel)
    {
        var settings = Settings(file, channel);
        var line = new JsonObject { ["file"] = file.Name, ["channel"] = file.Channel };
        var delivery = new RawDelivery
        {
            Body = file.Body, ContentType = ContentType(file.Name), Query = file.Query, Headers = file.Headers ?? new Dictionary<string, string>(),
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
        if (Forged(file, channel, settings) is { } reason)
        {
            line["events"] = new JsonArray();
            line["forged"] = reason;
            return line;
        }

        switch (channel.Read(delivery, settings))
        {
            case Reading.Events reading:
                line["events"] = new JsonArray([.. EventJson.WithoutRepeats(reading.Items).Select(EventJson.Of)]);
                if (reading.Skipped.Count > 0) line["skipped"] = new JsonArray([.. reading.Skipped.Select(s => JsonValue.Create(s))]);
                break;
            case Reading.Ignored ignored:
                line["events"] = new JsonArray();
                line["ignored"] = ignored.Reason;
                break;
            case Reading.Unreadable unreadable:
                line["events"] = new JsonArray();
                line["unreadable"] = unreadable.Reason;
                break;
        }

        if (channel is IDescribesDelivery more && more.Describe(delivery) is var (name, value)) line[name] = value;
        return line;
    }

    /// <summary>Not validated: reading needs few settings, and a file says nothing about the others.</summary>
    private static ChannelSettings Settings(DeliveryFile file, IChannel channel)
    {
        var json = new JsonObject();
        foreach (var (name, value) in file.Settings) json[name] = value;
        return json.Deserialize(channel.Descriptor.SettingsType, Lenient) as ChannelSettings
            ?? throw new InvalidOperationException($"{channel.Descriptor.Id} has no settings type.");
    }

    private static string? Forged(DeliveryFile file, IChannel channel, ChannelSettings settings)
    {
        if (file.Headers is null) return null;
        var request = new WebhookRequest
        {
            Method = "POST", Url = file.Url, Body = file.Body, Query = file.Query, ReceivedAt = DateTimeOffset.UnixEpoch,
            Headers = new Dictionary<string, string>(file.Headers, StringComparer.OrdinalIgnoreCase),
        };
        return channel.Verify(request, settings) is Verdict.Forged forged ? forged.Reason : null;
    }

    private static string ContentType(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".form" => "application/x-www-form-urlencoded",
        ".xml" => "text/xml",
        ".eml" => "message/rfc822",
        ".txt" => "text/plain",
        _ => "application/json",
    };
}
