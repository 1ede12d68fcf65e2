using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Line;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Line;

public sealed class LineConformance : ChannelConformance<LineChannel>
{
    internal const string SettingsText = """{"channelSecret":"3f1c9a0be7d24c58a6f0d1b2c3e4f567","channelAccessToken":"line-token-of-a-test-1","basicId":"@216abcde"}""";

    protected override string SettingsJson => SettingsText;
    protected override string OtherSettingsJson => """{"channelSecret":"00000000000000000000000000000002","channelAccessToken":"line-token-of-a-test-2"}""";
    protected override string SuccessBody => """{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}""";
    protected override string Recipient => "U8189cf6745fc0d808977bdb0b9f22995";
    protected override bool FilesByLink => true;

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["X-Line-Signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(((LineSettings)settings).ChannelSecret), body)),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.GetProperty("messages")[0] is var first && first.TryGetProperty("text", out var text) ? text.GetString() : null;

    protected override OutboundAct Act(ActKind kind) => base.Act(kind) with { Extra = new Dictionary<string, string> { ["markAsReadToken"] = "30yhdy232aa11" } };
}
