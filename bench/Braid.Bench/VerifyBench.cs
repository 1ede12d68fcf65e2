using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Braid.Bench.Machine;
using Braid.Channels;

namespace Braid.Bench;

/// <summary>
/// `verify`: what a public-key check costs, apart from reading: Discord's Ed25519 over time and body, and Teams' token (RS256) with the key document at
/// hand. Beside them HMAC-SHA256 over the same body, which most providers use. Signed by the recorded vectors, one core.
/// </summary>
internal static class VerifyBench
{
    private const string Fixtures = "tests/Braid.Channels.Tests/fixtures";
    private const string TeamsKeys = "https://login.botframework.com/v1/.well-known/keys";

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 2 };
        var root = new Option<DirectoryInfo>("--root") { DefaultValueFactory = _ => new DirectoryInfo("."), Description = "The checkout that holds the fixtures" };
        var command = new Command("verify", "Public-key checks a second, and bytes allocated.") { Options = { seconds, root } };
        command.SetAction(p => Run(p.GetValue(seconds), Path.Combine(p.GetRequiredValue(root).FullName, Fixtures)));
        return command;
    }

    private static void Run(double seconds, string fixtures)
    {
        var report = new Report("check", "body, bytes", "checks/s", "allocated bytes");
        var (discord, discordSettings, signed) = Discord(Path.Combine(fixtures, "discord"));
        Measure("Discord: Ed25519", signed.Body.Length, () => discord.Verify(signed, discordSettings));
        var (teams, teamsSettings, bearer) = Teams(Path.Combine(fixtures, "teams"));
        Measure("Teams: RS256 token", bearer.Body.Length, () => teams.Verify(bearer, teamsSettings));
        var key = new byte[32];
        Measure("HMAC-SHA256 alone", signed.Body.Length, () => HMACSHA256.HashData(key, signed.Body.Span));
        report.Print("Public-key checks, one core");

        void Measure(string name, int bytes, Func<object> check)
        {
            if (check() is Verdict.Forged forged) { throw new InvalidOperationException($"{name}: the vector is refused: {forged}"); }
            for (var i = 0; i < 500; i++) { check(); }
            var (count, allocated, watch) = (0L, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                check();
                count++;
            }

            var per = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
            report.Add(name, bytes.ToString("N0", CultureInfo.InvariantCulture), (count / watch.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture), per.ToString("N0", CultureInfo.InvariantCulture));
        }
    }

    private static (IChannel Channel, ChannelSettings Settings, WebhookRequest Request) Discord(string folder)
    {
        var vectors = Read(folder, "signing-vectors.json");
        var vector = vectors.GetProperty("vectors").EnumerateArray().First();
        var headers = Headers(vector);
        var channel = Channel("discord");
        var settings = Settings(channel, new Dictionary<string, string> { ["botToken"] = "MTIzNDU2Nzg5.first-token-of-a-bot", ["applicationId"] = "1234567890123456789", ["publicKey"] = vectors.GetProperty("publicKey").GetString()! });
        return (channel, settings, Request(File.ReadAllBytes(Path.Combine(folder, vector.GetProperty("file").GetString()!)), headers, DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers["X-Signature-Timestamp"], CultureInfo.InvariantCulture))));
    }

    private static (IChannel Channel, ChannelSettings Settings, WebhookRequest Request) Teams(string folder)
    {
        var vectors = Read(folder, "signing-vectors.json");
        var vector = vectors.GetProperty("vectors").EnumerateArray().First(v => v.GetProperty("accept").GetBoolean());
        var channel = Channel("teams");
        var settings = Settings(channel, new Dictionary<string, string> { ["appId"] = vectors.GetProperty("appId").GetString()!, ["clientSecret"] = "secret-value-of-the-first-bot" });
        return (channel, settings, Request(File.ReadAllBytes(Path.Combine(folder, vectors.GetProperty("activity").GetString()!)), Headers(vector), vectors.GetProperty("nowUtc").GetDateTimeOffset()) with
        {
            Keys = new Dictionary<string, string> { [TeamsKeys] = vectors.GetProperty("jwks").GetRawText() },
        });
    }

    private static IChannel Channel(string id) => ChannelCatalogue.FindVariant(id) is var (channel, _) ? channel : throw new InvalidOperationException($"There is no channel {id}.");

    private static ChannelSettings Settings(IChannel channel, IReadOnlyDictionary<string, string> values) =>
        (ChannelSettings)JsonSerializer.SerializeToElement(values).Deserialize(channel.Descriptor.SettingsType, SettingsReader.Json)!;

    private static Dictionary<string, string> Headers(JsonElement vector) => vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);

    private static JsonElement Read(string folder, string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, file)));

    private static WebhookRequest Request(byte[] body, IReadOnlyDictionary<string, string> headers, DateTimeOffset at) => new()
    {
        Method = "POST", Url = new Uri("https://braid.example/webhooks/x"), Headers = headers, Query = new Dictionary<string, string>(), Body = body, ReceivedAt = at,
    };
}
