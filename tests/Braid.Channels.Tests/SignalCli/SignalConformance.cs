using System.Text;
using System.Text.Json;
using Braid.Channels.SignalCli;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.SignalCli;

public sealed class SignalConformance : ChannelConformance<SignalCliChannel>
{
    protected override string SettingsJson => """{"apiBaseUrl":"http://127.0.0.1:8080","number":"+819012345678"}""";
    protected override string OtherSettingsJson => """{"apiBaseUrl":"http://127.0.0.1:8081","number":"+819012345679"}""";
    protected override bool HasWebhook => false;
    protected override string SuccessBody => Fixtures.Json("signal", "response-rpc-send.json").GetProperty("body").GetRawText();
    protected override string Recipient => "11111111-2222-4333-8444-555555555555";

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("params", out var p) && p.TryGetProperty("message", out var text) ? text.GetString() : null;

    protected override bool Carries(IReadOnlyList<ProviderRequest> requests, string name, string content) => requests.Any(r =>
        r.Json.GetProperty("params").GetProperty("attachments")[0].GetString()!.EndsWith($"filename={name};base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}", StringComparison.Ordinal));

    protected override OutboundAct Act(ActKind kind) => base.Act(kind) with
    {
        ExternalId = kind == ActKind.Typing ? null : "1794992400123", Key = kind == ActKind.Typing ? null : "11111111-2222-4333-8444-555555555555:1794992400123", Ours = kind is ActKind.Edit or ActKind.Delete,
    };
}
