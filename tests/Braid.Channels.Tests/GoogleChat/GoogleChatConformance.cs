using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.GoogleChat;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.WorkChat;

namespace Braid.Channels.Tests.GoogleChat;

public sealed class GoogleChatConformance : ChannelConformance<GoogleChatChannel>
{
    private const string Certs = "https://www.googleapis.com/oauth2/v3/certs";
    private static readonly TestJwt Google = new();
    private static readonly TestJwt Stranger = new();
    private static readonly string FirstKey = KeyFile("first");
    private static readonly string SecondKey = KeyFile("second");

    internal static string SettingsText => new JsonObject { ["serviceAccountKey"] = FirstKey, ["audience"] = "endpointUrl" }.ToJsonString();

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => new JsonObject { ["serviceAccountKey"] = SecondKey, ["audience"] = "projectNumber", ["projectNumber"] = "123456789012" }.ToJsonString();

    protected override bool SignatureCoversBody => false;

    protected override IReadOnlyDictionary<string, string> Keys => new Dictionary<string, string> { [Certs] = Google.KeySet };

    protected override IKeptTokens Tokens => new TokensAtHand("ya29.token-at-hand");

    protected override bool HoldsFreeJson(string fixture) => fixture is "inbound-card-clicked.json";

    protected override string Recipient => "spaces/AAAAMpdlehY";

    protected override string SuccessBody => Fixtures.Json("google-chat", "response-created.json").GetProperty("body").GetRawText();

    /// <summary>Another workspace's inbox has another address, which is the token's audience.</summary>
    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) =>
        SignAt(((GoogleChatSettings)settings).Audience == GoogleChatAudience.EndpointUrl ? "https://braid.example.com/webhooks/google-chat/inbox" : "123456789012", Now);

    protected override IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => SignAt("https://braid.example.com/webhooks/google-chat/inbox", Now.AddHours(-2));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;

    [Fact]
    public void The_project_number_may_be_the_audience()
    {
        const string KeysAt = "https://www.googleapis.com/service_accounts/v1/jwk/chat@system.gserviceaccount.com";
        var claims = new JsonObject { ["iss"] = "chat@system.gserviceaccount.com", ["aud"] = "123456789012", ["exp"] = Now.AddHours(1).ToUnixTimeSeconds() };
        Verdict Verify(string keys, string token) => Channel.Verify(
            Request([], new Dictionary<string, string> { ["Authorization"] = "Bearer " + token }) with { Keys = new Dictionary<string, string> { [KeysAt] = keys } }, OtherSettings);

        Verify(Google.KeySet, Google.Sign(claims)).ShouldBeOfType<Verdict.Genuine>();
        Verify(Stranger.KeySet, Google.Sign(claims)).ShouldBeOfType<Verdict.Forged>();
        claims["iss"] = "somebody@example.com";
        Verify(Google.KeySet, Google.Sign(claims)).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void Another_google_account_than_chats_is_forged()
    {
        var claims = Claims("https://braid.example.com/webhooks/google-chat/inbox", Now);
        claims["email"] = "mallory@example.com";

        Channel.Verify(Request([], new Dictionary<string, string> { ["Authorization"] = "Bearer " + Google.Sign(claims) }), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    private static Dictionary<string, string> SignAt(string audience, DateTimeOffset at) => new() { ["Authorization"] = "Bearer " + Google.Sign(Claims(audience, at)) };

    private static JsonObject Claims(string audience, DateTimeOffset at) => new()
    {
        ["iss"] = "https://accounts.google.com", ["aud"] = audience, ["email"] = "chat@system.gserviceaccount.com", ["email_verified"] = true, ["exp"] = at.AddHours(1).ToUnixTimeSeconds(),
    };

    private static string KeyFile(string name)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        return new JsonObject { ["type"] = "service_account", ["client_email"] = name + "@example.iam.gserviceaccount.com", ["private_key"] = key.ExportPkcs8PrivateKeyPem() }.ToJsonString();
    }
}
