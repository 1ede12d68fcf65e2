using System.Text.Json;
using Braid.Channels.Matrix;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Matrix;

public sealed class MatrixConformance : ChannelConformance<MatrixChannel>
{
    protected override string SettingsJson =>
        """{"apiBaseUrl":"https://matrix.example.org","userId":"@_braid_agent:example.org","accessToken":"syt_access-token-one-0001"}""";

    protected override string OtherSettingsJson =>
        """{"apiBaseUrl":"https://matrix.example.org","userId":"@_braid_agent:example.org","accessToken":"syt_access-token-two-0002"}""";

    protected override bool HasWebhook => false;
    protected override string SuccessBody => """{"event_id":"$YUwRidLecu:example.org","content_uri":"mxc://example.com/AQwafuaFswefuhsfAFAgsw","chunk":[{"event_id":"$r1","sender":"@_braid_agent:example.org","content":{"m.relates_to":{"key":"👍"}}}]}""";
    protected override string Recipient => "!jEsUZKDJdhlrceRyVU:example.org";
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["userId"] = "@_braid_agent:example.org" };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("body", out var text) ? text.GetString() : null;

    protected override bool Carries(IReadOnlyList<ProviderRequest> requests, string name, string content) =>
        requests.Any(r => r.Text == content) && requests.Any(r => TextOf(r) == name);
}
