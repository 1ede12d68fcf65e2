using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.XDm;

namespace Braid.Channels.Tests.XDm;

public sealed class XDmConformance : ChannelConformance<XDmChannel>
{
    internal const string SettingsText =
        """
        {"consumerKey":"key-1","consumerSecret":"braid-test-consumer-secret","accessToken":"4337869213-token-of-the-account","accessTokenSecret":"secret-of-the-token-1",
         "userId":"4337869213","username":"braiddemo"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"consumerKey":"key-2","consumerSecret":"braid-other-consumer-secret","accessToken":"4337869214-token","accessTokenSecret":"secret-of-the-token-2","userId":"4337869214"}""";

    protected override string SuccessBody => """{"data":{"id":"1583157113245011970","dm_event_id":"2080765901528535100","dm_conversation_id":"3001969357-4337869213"}}""";
    protected override string Recipient => "3001969357";
    protected override (string Name, string Type) SampleFile => ("photo é.png", "image/png");

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["x-twitter-webhooks-signature"] = "sha256=" + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(((XDmSettings)settings).ConsumerSecret), body)),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;

    /// <summary>Posts are hidden and deleted, messages are not.</summary>
    protected override OutboundAct Act(ActKind kind) => base.Act(kind) with { ThreadId = "2080761390344937796", ExternalId = "2090000000000000001" };

    protected override string? TreatmentOf(string fixture, JsonElement error) => fixture[6..9] switch
    {
        "400" => "permanent_content",
        "401" => "credential",
        "403" => "permanent_unreachable",
        "429" => "rate_limit",
        "503" => "retryable",
        var status => throw new InvalidOperationException($"{fixture}: say what {status} asks for"),
    };
}
