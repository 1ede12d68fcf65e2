using System.Globalization;
using System.Text;
using System.Text.Json;
using Braid.Channels.Discord;
using Braid.Channels.Tests.Conformance;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Braid.Channels.Tests.Discord;

public sealed class DiscordConformance : ChannelConformance<DiscordChannel>
{
    private static readonly Ed25519PrivateKeyParameters First = new([.. Enumerable.Range(1, 32).Select(i => (byte)i)], 0);
    private static readonly Ed25519PrivateKeyParameters Second = new([.. Enumerable.Range(50, 32).Select(i => (byte)i)], 0);

    internal static string SettingsOf(string publicKey) =>
        $$"""{"botToken":"MTIzNDU2Nzg5.first-token-of-a-bot","applicationId":"1234567890123456789","publicKey":"{{publicKey}}"}""";

    protected override string SettingsJson => SettingsOf(Hex(First));

    protected override string OtherSettingsJson => $$"""{"botToken":"MTIzNDU2Nzg5.second-token-of-a-bot","applicationId":"1234567890123456780","publicKey":"{{Hex(Second)}}"}""";

    /// <summary>Our own messages are known by the application's id.</summary>
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["applicationId"] = "1234567890123456789" };

    protected override string Recipient => "1101234567890123456";

    protected override string SuccessBody => Fixtures.Json("discord", "response-message-created.json").GetProperty("body").GetRawText();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => SignAt(body, settings, Now);

    protected override IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => SignAt(body, settings, Now.AddMinutes(-6));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("content", out var text) ? text.GetString() : null;

    [Fact]
    public void The_recorded_signatures_are_right_and_the_wrong_ones_are_refused()
    {
        var vectors = Fixtures.Json("discord", "signing-vectors.json");
        var settings = Channel.ParseSettings(JsonDocument.Parse(SettingsOf(vectors.GetProperty("publicKey").GetString()!)).RootElement);
        foreach (var vector in vectors.GetProperty("vectors").EnumerateArray()) { VerdictOf(vector, settings).ShouldNotBeOfType<Verdict.Forged>(); }
        foreach (var vector in vectors.GetProperty("negative").EnumerateArray()) { VerdictOf(vector, settings).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(401); }
    }

    [Theory]
    [InlineData("inbound-interaction-ping.json", """{"type":1}""")]
    [InlineData("inbound-interaction-button.json", """{"type":6}""")]
    [InlineData("inbound-interaction-slash-command.json", """{"type":4,"data":{"content":"Thank you, we have your message.","flags":64}}""")]
    public void Interactions_are_answered_at_once(string fixture, string answer)
    {
        var body = Fixtures.Bytes("discord", fixture);

        var reply = Channel.Verify(Request(body, Sign(body, Settings)), Settings) switch
        {
            Verdict.Challenge challenge => challenge.Answer, Verdict.Genuine genuine => genuine.Answer, _ => null,
        };

        reply.ShouldNotBeNull().ContentType.ShouldBe("application/json");
        Encoding.UTF8.GetString(reply.Body.Span).ShouldBe(answer);
    }

    private Verdict VerdictOf(JsonElement vector, ChannelSettings settings)
    {
        var headers = vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
        return Channel.Verify(Request(Fixtures.Bytes("discord", vector.GetProperty("file").GetString()!), headers) with
        {
            ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers["X-Signature-Timestamp"], CultureInfo.InvariantCulture)),
        }, settings);
    }

    private static Dictionary<string, string> SignAt(byte[] body, ChannelSettings settings, DateTimeOffset at)
    {
        var stamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signer = new Ed25519Signer();
        signer.Init(true, ((DiscordSettings)settings).PublicKey == Hex(First) ? First : Second);
        byte[] signed = [.. Encoding.ASCII.GetBytes(stamp), .. body];
        signer.BlockUpdate(signed, 0, signed.Length);
        return new() { ["X-Signature-Timestamp"] = stamp, ["X-Signature-Ed25519"] = Convert.ToHexStringLower(signer.GenerateSignature()) };
    }

    private static string Hex(Ed25519PrivateKeyParameters key) => Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded());
}
