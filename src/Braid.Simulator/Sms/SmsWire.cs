using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Sms;

/// <summary>A message Braid asked to be sent.</summary>
internal sealed record SmsOrder(string Id, string To, string Text, IReadOnlyList<string> Files)
{
    public string? Callback { get; init; }
    public string? Reference { get; init; }
}

/// <summary>A message from a phone, as the network hands it to the provider.</summary>
internal sealed record SmsFromPhone(string Id, string From, string Text, IReadOnlyList<SmsFile> Files, DateTimeOffset At);

internal sealed record SmsFile(Uri Url, string ContentType, string Name);

internal sealed record SmsReport(SmsOrder Order, SmsOutcome Outcome, DateTimeOffset At);

internal enum SmsOutcome { Sent, Delivered, Failed, OptedOut }

/// <summary>How one provider's API and webhooks are written. Our number is always +15005550100.</summary>
internal abstract class SmsWire(World world)
{
    public const string Ours = "+15005550100";
    public const string OursBare = "15005550100";

    protected World World { get; } = world;

    /// <summary>The word in an inbox's settings: `twilio`.</summary>
    public abstract string Provider { get; }

    public abstract JsonObject Settings(Uri server);

    /// <summary>A phone as this provider writes it.</summary>
    public virtual string Write(string phone) => phone;

    public abstract bool IsAuthorized(HttpRequest request);

    public abstract Answer Unauthorized { get; }

    /// <summary>The order in a call of the send API; null when the call is another one. Throws <see cref="RefusalException"/>.</summary>
    public abstract SmsOrder? Order(string method, string[] path, Call call);

    public abstract Answer Accepted(SmsOrder order);

    public abstract Answer OptedOut(SmsOrder order);

    /// <summary>Calls that only look at or change the account.</summary>
    public virtual Answer Other(string method, string[] path, Call call) => new(404, new JsonObject { ["error"] = "not found" });

    public abstract Answer? Of(Fault fault);

    public abstract HttpRequestMessage Inbound(Uri webhook, SmsFromPhone message);

    public abstract HttpRequestMessage Report(Uri webhook, SmsReport report);

    /// <summary>Where reports go when the message named no address; null: nowhere.</summary>
    public virtual bool ReportsToWebhook => false;

    public virtual string FilePath(string id) => $"media/{id}";

    protected static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    protected static string? Phone(string? address)
    {
        var digits = address?.TrimStart('+');
        return digits is { Length: >= 8 and <= 15 } && digits.All(char.IsAsciiDigit) ? "+" + digits : null;
    }

    protected static HttpRequestMessage Form(Uri url, IEnumerable<KeyValuePair<string, string>> fields) =>
        new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(fields) };

    protected static HttpRequestMessage Json(Uri url, JsonNode body, out byte[] bytes)
    {
        bytes = WireJson.Bytes(body);
        return new(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } } };
    }

    protected static string Hmac(string key, byte[] data) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), data));

    protected string Token(int length) => World.Letters(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    protected string Hex(int bytes) => Convert.ToHexStringLower(World.Bytes(bytes));

    protected string Uuid() => new Guid(World.Bytes(16)).ToString("D");
}
