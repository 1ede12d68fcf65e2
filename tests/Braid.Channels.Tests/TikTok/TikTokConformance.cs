using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.TikTok;

namespace Braid.Channels.Tests.TikTok;

public sealed class TikTokConformance : ChannelConformance<TikTokChannel>
{
    internal const string SettingsText =
        """
        {"appId":"7623241219121414161","appSecret":"braid-test-app-secret","businessId":"-000m4JH_b1JiHPxoOSKii9FmQCeIA2fZ7Jw","refreshToken":"rft.braid-refresh-0001"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"appId":"7623241219121414162","appSecret":"braid-other-app-secret","businessId":"-000other","refreshToken":"rft.braid-refresh-0002"}""";

    protected override string SuccessBody => """{"code":0,"message":"OK","data":{"media_id":"7685373940801228077","message":{"message_id":"u5Buqc6lAgOut"}}}""";

    protected override string Recipient => "u5JhpselBAhoPOlnH0tZ9y07kg==";

    protected override (string Name, string Type) SampleFile => ("lampe é.png", "image/png");

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Signed(body, settings, Now);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Signed(body, settings, Now.AddMinutes(-6));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetProperty("body").GetString() : null;

    protected override OutboundAct Act(ActKind kind) => kind is ActKind.Hide or ActKind.Unhide or ActKind.Delete
        ? base.Act(kind) with { ThreadId = "comment:7246952221107178758:7247303576418566913", ExternalId = "7247303576418566913" }
        : base.Act(kind);

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("body").GetProperty("code").GetInt32() switch
    {
        40001 or 40007 => "permanent",
        40002 or 40908 => "permanent_content",
        40064 => "permanent_until_user_writes",
        40100 => "rate_limit",
        40105 => "credential_refresh",
        51065 => "retryable",
        var code => throw new InvalidOperationException($"{fixture}: say what {code} asks for"),
    };

    private static Dictionary<string, string> Signed(byte[] body, ChannelSettings settings, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        return new() { ["TikTok-Signature"] = $"t={time},s={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(((TikTokSettings)settings).AppSecret), signed))}" };
    }
}
