using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Viber;

namespace Braid.Channels.Tests.Viber;

public sealed class ViberConformance : ChannelConformance<ViberChannel>
{
    internal const string SettingsText =
        """{"authToken":"4d2f8a1c9b7e3f60-a1b2c3d4e5f60718-9f8e7d6c5b4a3921","senderName":"Braid サポート","senderAvatar":"https://example.com/a.png","welcomeText":"ようこそ！"}""";

    protected override string SettingsJson => SettingsText;
    protected override string OtherSettingsJson => """{"authToken":"4d2f8a1c9b7e3f60-a1b2c3d4e5f60718-0000000000000002","senderName":"Braid"}""";
    protected override string SuccessBody => """{"status":0,"status_message":"ok","message_token":5741311803571721087}""";
    protected override string Recipient => "xy5/5y6O81+/kbWHpLhBoA==";
    protected override bool FilesByLink => true;

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["X-Viber-Content-Signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(((ViberSettings)settings).AuthToken), body)),
    };

    protected override string? TextOf(ProviderRequest request) => request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;
}
