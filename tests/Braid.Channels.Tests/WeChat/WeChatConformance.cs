using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WeChat;

namespace Braid.Channels.Tests.WeChat;

public sealed class WeChatConformance : ChannelConformance<WeChatChannel>
{
    internal const string SettingsText =
        """
        {"appId":"wx8f2c4a6b1d3e5f70","appSecret":"braid-app-secret-one-0001","token":"BraidWxToken2026","mode":"compatible",
         "encodingAesKey":"kWxTzA7pQ2mN9vB4cR6yL1sD8fG3hJ5kU0iO2eX4ZqM"}
        """;

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"appId":"wx0000000000000002","appSecret":"braid-app-secret-two-0002","token":"OtherWxToken2026","mode":"plain"}""";

    /// <summary>The plain signature covers token, time and nonce only; the encrypted one has tests of its own.</summary>
    protected override bool SignatureCoversBody => false;

    protected override string SuccessBody => """{"errcode":0,"errmsg":"ok","media_id":"MEDIA_ID_1","access_token":"86_new","expires_in":7200}""";

    protected override string Recipient => "oVx9_5kQ2mTz7LrWcB1yHn4uEaXo";

    protected override (string Name, string Type) SampleFile => ("lampe é.png", "image/png");

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string>
    {
        ["appId"] = "wx8f2c4a6b1d3e5f70", ["encodingAesKey"] = "kWxTzA7pQ2mN9vB4cR6yL1sD8fG3hJ5kU0iO2eX4ZqM",
    };

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Signed(settings, Now);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Signed(settings, Now.AddHours(-1));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetProperty("content").GetString() : null;

    private static Dictionary<string, string> Signed(ChannelSettings settings, DateTimeOffset at)
    {
        var (time, nonce) = (at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), "100007919");
        string[] parts = [((WeChatSettings)settings).Token, time, nonce];
#pragma warning disable CA5350 // The provider's own choice.
        var signature = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Order(StringComparer.Ordinal)))));
#pragma warning restore CA5350
        return new() { ["?signature"] = signature, ["?timestamp"] = time, ["?nonce"] = nonce };
    }
}
