using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WhatsApp;

namespace Braid.Channels.Tests.WhatsApp;

public sealed class WhatsAppConformance : ChannelConformance<WhatsAppChannel>
{
    internal const string SettingsText =
        """
        {"phoneNumberId":"106540352242922","accessToken":"EAAG-token-of-a-system-user-1","appSecret":"braid-test-app-secret",
         "verifyToken":"braid-verify-token","wabaId":"102290129340398","displayPhoneNumber":"+62 811 1000 9922"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """
        {"phoneNumberId":"106540352242923","accessToken":"EAAG-token-of-a-system-user-2","appSecret":"braid-other-app-secret",
         "verifyToken":"braid-other-token","wabaId":"102290129340399"}
        """;

    /// <summary>One body answers an upload and a message alike.</summary>
    protected override string SuccessBody => """{"id":"1013859600285441","messages":[{"id":"wamid.OUT1"}],"contacts":[{"input":"x","wa_id":"x"}]}""";

    protected override string Recipient => "66812345678";

    protected override IReadOnlyList<string> PublicSettings => ["verifyToken"];

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["X-Hub-Signature-256"] = "sha256="
            + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(((WhatsAppSettings)settings).AppSecret), body)),
    };

    /// <summary>Typing hangs on a message of the customer.</summary>
    protected override OutboundAct Act(ActKind kind) => base.Act(kind) with { ExternalId = "wamid.IN1" };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetProperty("body").GetString() : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("body").GetProperty("error").GetProperty("code").GetInt32() switch
    {
        80007 or 130429 or 131048 or 131056 => "rate_limit",
        131016 => "retryable",
        100 or 131008 or 131009 or 131053 => "permanent_content",
        131030 => "permanent_unreachable",
        131062 or 132000 or 132001 => "permanent_template",
        190 => "credential",
        var code => throw new InvalidOperationException($"{fixture}: say what {code} asks for"),
    };
}
