using Braid.Channels.Tests.Conformance;
using Braid.Channels.Zalo;

namespace Braid.Channels.Tests.Zalo;

public sealed class ZaloConformance : ChannelConformance<ZaloChannel>
{
    internal const string SettingsText =
        """{"appId":"2553928453557884079","appSecret":"zalo-app-secret-one","oaSecretKey":"hQ7rT2wXk9LmB4nVz6yP","refreshToken":"OLD_REFRESH","oaId":"3662729599332560487"}""";

    protected override string SettingsJson => SettingsText;
    protected override string OtherSettingsJson => """{"appId":"2553928453557884079","appSecret":"zalo-app-secret-two","oaSecretKey":"hQ7rT2wXk9LmB4nVz6yQ","refreshToken":"OTHER_REFRESH"}""";
    protected override string SuccessBody => """{"error":0,"message":"Success","data":{"message_id":"c6792f94f71be346ba09","token":"UPLOAD_TOKEN","attachment_id":"UPLOAD_ID"}}""";
    protected override string Recipient => "6142494823017755321";
    protected override IKeptTokens Tokens => new GivenTokens();

    /// <summary>The recorded signatures prove the scheme; this signs the odd bodies, whose time may be missing.</summary>
    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["X-ZEvent-Signature"] = "mac=" + ZaloSignature.Mac(body, (ZaloSettings)settings),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind != System.Text.Json.JsonValueKind.Undefined && request.Json.TryGetProperty("message", out var message) && message.TryGetProperty("text", out var text) ? text.GetString() : null;
}
