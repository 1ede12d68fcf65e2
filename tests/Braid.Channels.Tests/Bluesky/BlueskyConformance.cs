using System.Text.Json;
using Braid.Channels.Bluesky;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Bluesky;

public sealed class BlueskyConformance : ChannelConformance<BlueskyChannel>
{
    internal const string Thread = "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3kpost1";
    internal const string Session = """{"accessJwt":"access-1","refreshJwt":"refresh-1","did":"did:plc:braidbraidbraidbraidbra"}""";
    internal const string Post = $$$"""{"thread":{"post":{"uri":"{{{Thread}}}","cid":"bafyreia3kpost1","author":{"did":"did:plc:ewvi7nxzyoun6zhxrhs64oiz"},"record":{"text":"?"} },"replies":[]} }""";

    protected override string SettingsJson => """{"identifier":"braid.example.com","appPassword":"abcd-efgh-ijkl-0001"}""";
    protected override string OtherSettingsJson => """{"identifier":"braid.example.com","appPassword":"abcd-efgh-ijkl-0002"}""";
    protected override bool HasWebhook => false;
    protected override string SuccessBody => """{"uri":"at://did:plc:braidbraidbraidbraidbra/app.bsky.feed.post/3kbraid00001","cid":"bafyreib","blob":{"$type":"blob"}}""";
    protected override string Recipient => Thread;
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["did"] = "did:plc:braidbraidbraidbraidbra" };
    protected override (string Name, string Type) SampleFile => ("facture é.png", "image/png");

    protected override ProviderReply? Preparation(ProviderRequest request) => request.Url.AbsolutePath.Split('.')[^1] switch
    {
        "createSession" or "refreshSession" => ProviderReply.Ok(Session),
        "getPostThread" => ProviderReply.Ok(Post),
        "getRecord" => new ProviderReply(400, """{"error":"RecordNotFound"}"""),
        _ => null,
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("record", out var record) ? record.GetProperty("text").GetString() : null;

    protected override bool Carries(IReadOnlyList<ProviderRequest> requests, string name, string content) =>
        requests.Any(r => r.Text == content) && requests.Any(r => r.Json.ValueKind == JsonValueKind.Object && r.Json.GetRawText().Contains("embed.images", StringComparison.Ordinal));

    protected override OutboundAct Act(ActKind kind) => base.Act(kind) with
    {
        ThreadId = kind == ActKind.Delete ? Thread : "3kconvo1", ExternalId = kind == ActKind.Delete ? "at://did:plc:braid/app.bsky.feed.post/3k1" : "3kmsg1",
    };
}
