using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Slack;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Slack;

public sealed class SlackConformance : ChannelConformance<SlackChannel>
{
    internal const string SettingsText =
        """{"signingSecret":"8f742231b10e8888abcd99yyyzzz85a5","botToken":"xoxb-4155-token-of-the-first","teamId":"T061EG9R6","clientId":"415.991","clientSecret":"client-secret-of-the-first"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => """{"signingSecret":"99742231b10e8888abcd99yyyzzz85a5","botToken":"xoxb-4155-token-of-the-second","teamId":"T061EG9R7"}""";

    protected override string Recipient => "C0742LSP0H2";

    /// <summary>One body answers posting and each step of an upload.</summary>
    protected override string SuccessBody =>
        """{"ok":true,"channel":"C0742LSP0H2","ts":"1794964200.000200","upload_url":"https://files.slack.com/upload/v1/ABC123","file_id":"F0TTR1NB"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => SignAt(body, settings, Now);

    protected override IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => SignAt(body, settings, Now.AddMinutes(-6));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;

    [Fact]
    public void The_recorded_signatures_and_the_guides_own_are_right()
    {
        var vectors = Fixtures.Json("slack", "signing-vectors.json");
        foreach (var vector in vectors.GetProperty("vectors").EnumerateArray())
        {
            var headers = vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
            VerdictOf(Fixtures.Bytes("slack", vector.GetProperty("file").GetString()!), headers).ShouldNotBeOfType<Verdict.Forged>();
        }

        var documented = vectors.GetProperty("documentedVector");
        VerdictOf(Encoding.UTF8.GetBytes(documented.GetProperty("body").GetString()!), new()
        {
            ["X-Slack-Request-Timestamp"] = documented.GetProperty("timestamp").GetString()!, ["X-Slack-Signature"] = documented.GetProperty("signature").GetString()!,
        }).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void The_address_check_is_answered_with_its_challenge()
    {
        var body = Fixtures.Bytes("slack", "inbound-url-verification.json");

        var answer = Channel.Verify(Request(body, Sign(body, Settings)), Settings).ShouldBeOfType<Verdict.Challenge>().Answer;

        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
    }

    private Verdict VerdictOf(byte[] body, Dictionary<string, string> headers) => Channel.Verify(
        Request(body, headers) with { ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers["X-Slack-Request-Timestamp"], CultureInfo.InvariantCulture)) }, Settings);

    private static Dictionary<string, string> SignAt(byte[] body, ChannelSettings settings, DateTimeOffset at)
    {
        var stamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(((SlackSettings)settings).SigningSecret!), (byte[])[.. Encoding.UTF8.GetBytes($"v0:{stamp}:"), .. body]);
        return new() { ["X-Slack-Request-Timestamp"] = stamp, ["X-Slack-Signature"] = "v0=" + Convert.ToHexStringLower(hash) };
    }
}
