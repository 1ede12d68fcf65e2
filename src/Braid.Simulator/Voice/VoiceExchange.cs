using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Voice;

/// <summary>
/// Twilio's side of phone calls: asks Braid what to do, does what the TwiML says, and reports how it went. Agents' phones ring and are taken
/// when <see cref="AgentsPickUp"/>.
/// </summary>
public sealed class VoiceExchange : ISimulatedChannel
{
    public const string Number = "+14155550190";
    private readonly ConcurrentDictionary<string, VoiceCaller> callers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimulatedFile> recordings = new(StringComparer.Ordinal);
    private ProviderHost host = null!;

    private VoiceExchange(World world) =>
        (World, Account, Token) = (world, "AC" + Convert.ToHexStringLower(world.Bytes(16)), Convert.ToHexStringLower(world.Bytes(16)));

    public JsonObject Settings => new()
    {
        ["accountSid"] = Account, ["authToken"] = Token, ["phoneNumber"] = Number, ["apiBaseUrl"] = host.Address.ToString().TrimEnd('/'),
    };

    public SimulatedSkills Skills { get; } = new() { FilesIn = true, FilesOut = false, Answers = false };

    public bool AgentsPickUp { get; set; }

    internal World World { get; }
    internal string Account { get; }
    internal string Token { get; }
    internal Uri? Webhook { get; private set; }

    internal static async Task<VoiceExchange> StartAsync(World world, CancellationToken ct)
    {
        var exchange = new VoiceExchange(world);
        exchange.host = await ProviderHost.StartAsync(0, exchange.HandleAsync, ct);
        return exchange;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        Webhook = webhookUrl;
        return Task.CompletedTask;
    }

    /// <summary>A caller with a number of their own; the name "anonymous" hides it.</summary>
    public ISimulatedPerson Person(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var phone = name == "anonymous" ? name : $"+1415555{((hash[0] << 8) | hash[1]) % 10_000:d4}";
        return callers.GetOrAdd(phone, p => new VoiceCaller(p, this));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    internal string Id(string prefix) => prefix + Convert.ToHexStringLower(World.Bytes(16));

    internal Uri Keep(string recording, SimulatedFile file)
    {
        recordings[recording] = file;
        return new Uri(host.Address, $"2010-04-01/Accounts/{Account}/Recordings/{recording}");
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var method = path is [.., "Recordings", _] ? "recordings" : "account";
        await ProviderHost.ServeAsync(context, World, SimulatedProvider.Voice, method, Of, async () =>
        {
            if (context.Request.Headers.Authorization.ToString() != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Account}:{Token}")))
            {
                return Error(401, 20003, "Authenticate");
            }

            var call = await Call.ReadAsync(context.Request);
            return (context.Request.Method, path) switch
            {
                ("GET", [_, "Accounts", var sid]) when sid == Account + ".json" => new(200, new JsonObject { ["sid"] = Account, ["status"] = "active" }),
                ("GET", [.., "IncomingPhoneNumbers.json"]) => new(200, new JsonObject { ["incoming_phone_numbers"] = new JsonArray(new JsonObject { ["sid"] = "PN1", ["voice_url"] = "" }) }),
                ("POST", [.., "IncomingPhoneNumbers", "PN1.json"]) => new(200, new JsonObject { ["sid"] = "PN1", ["voice_url"] = call.Text("VoiceUrl") }),
                ("GET", [.., "Recordings", var name]) when recordings.TryGetValue(Path.GetFileNameWithoutExtension(name), out var file) =>
                    new(200, null) { Content = file.Content, ContentType = file.ContentType },
                _ => Error(404, 20404, "The requested resource was not found"),
            };
        });
    }

    private static Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(429, 20429, "Too Many Requests") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, 20500, "Internal Server Error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    private static Answer Error(int status, int code, string message) =>
        new(status, new JsonObject { ["code"] = code, ["message"] = message, ["more_info"] = $"https://www.twilio.com/docs/errors/{code}", ["status"] = status });
}

internal sealed class VoiceFactory : ISimulatedChannelFactory
{
    public string Channel => "voice-twilio";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await VoiceExchange.StartAsync(world.Inner, ct);
}
