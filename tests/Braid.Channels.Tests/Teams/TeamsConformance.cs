using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Teams;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;

namespace Braid.Channels.Tests.Teams;

public sealed class TeamsConformance : ChannelConformance<TeamsChannel>
{
    internal const string SettingsText =
        """{"appId":"2f1c9a0b-7e7d-4c58-a6f0-d1b2c3e4f567","clientSecret":"secret-value-of-the-first-bot","tenantId":"72f8d1aa-3b0e-4c11-9f10-0a1b2c3d4e5f","botName":"Braid","apiBaseUrl":"https://smba.trafficmanager.net/apac/"}""";

    private const string Service = "https://smba.trafficmanager.net/apac/";
    private const string KeysAt = "https://login.botframework.com/v1/.well-known/keys";
    private static readonly TestJwt Microsoft = new();

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => """{"appId":"3f1c9a0b-7e7d-4c58-a6f0-d1b2c3e4f568","clientSecret":"secret-value-of-the-second-bot"}""";

    /// <summary>The token does not cover the body.</summary>
    protected override bool SignatureCoversBody => false;

    protected override IReadOnlyDictionary<string, string> Keys => new Dictionary<string, string> { [KeysAt] = Microsoft.KeySet };

    protected override IKeptTokens Tokens => new TokensAtHand("token-at-hand-1");

    protected override bool HoldsFreeJson(string fixture) => fixture is "inbound-card-submit.json" or "inbound-invoke-adaptive-card.json";

    protected override string Recipient => "a:1pL6i0oY3C0K8oAj8";

    protected override string SuccessBody => """{"id":"1763789013001"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => SignAt(settings, Now);

    protected override IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => SignAt(settings, Now.AddHours(-2));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;

    [Fact]
    public void The_recorded_tokens_are_accepted_or_refused_as_they_should()
    {
        var vectors = Fixtures.Json("teams", "signing-vectors.json");
        var body = Fixtures.Bytes("teams", vectors.GetProperty("activity").GetString()!);
        foreach (var vector in vectors.GetProperty("vectors").EnumerateArray())
        {
            var request = Request(body, vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!)) with
            {
                ReceivedAt = vectors.GetProperty("nowUtc").GetDateTimeOffset(), Keys = new Dictionary<string, string> { [KeysAt] = vectors.GetProperty("jwks").GetRawText() },
            };

            (Channel.Verify(request, Settings) is Verdict.Genuine).ShouldBe(vector.GetProperty("accept").GetBoolean(), vector.GetProperty("name").GetString());
        }
    }

    [Fact]
    public void An_invoke_is_answered_at_once()
    {
        var body = Fixtures.Bytes("teams", "inbound-invoke-adaptive-card.json");

        var answer = Channel.Verify(Request(body, Sign(body, Settings)), Settings).ShouldBeOfType<Verdict.Genuine>().Answer.ShouldNotBeNull();

        JsonDocument.Parse(answer.Body).RootElement.GetProperty("statusCode").GetInt32().ShouldBe(200);
    }

    private static Dictionary<string, string> SignAt(ChannelSettings settings, DateTimeOffset at) => new()
    {
        ["Authorization"] = "Bearer " + Microsoft.Sign(new JsonObject
        {
            ["serviceurl"] = Service, ["nbf"] = at.AddMinutes(-1).ToUnixTimeSeconds(), ["exp"] = at.AddHours(1).ToUnixTimeSeconds(), ["iss"] = "https://api.botframework.com", ["aud"] = ((TeamsSettings)settings).AppId,
        }),
    };
}
