using System.Text.Json;
using Braid.Channels.GoogleRcs;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.GoogleRcs;

public sealed class GoogleRcsConformance : ChannelConformance<GoogleRcsChannel>
{
    internal const string SettingsText =
        """{"agentId":"braid_demo_k2x9_agent@rbm.goog","clientToken":"braid-test-client-token","serviceAccountKey":"{\"client_email\":\"rbm@example.com\",\"private_key\":\"key-one\"}"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"agentId":"braid_demo_k2x9_agent@rbm.goog","clientToken":"braid-other-client-token","serviceAccountKey":"{\"client_email\":\"rbm@example.com\",\"private_key\":\"key-two\"}"}""";

    /// <summary>It covers the data inside the envelope.</summary>
    protected override bool SignatureCoversBody => false;

    protected override byte[] SignedBody => Fixtures.Bytes(Folder, "inbound-text.json");
    protected override string SuccessBody => """{"name":"files/12345","sendTime":"2026-11-18T18:00:30.123456Z"}""";
    protected override string Recipient => "+6281234567890";
    protected override IKeptTokens Tokens => new GivenTokens();

    /// <summary>The recorded signatures prove the scheme; this signs the odd envelopes, whose data may be missing.</summary>
    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["X-Goog-Signature"] = RcsEnvelope.Signature(body, ((GoogleRcsSettings)settings).ClientToken),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("contentMessage", out var content) && content.TryGetProperty("text", out var text) ? text.GetString() : null;

    /// <summary>Uploads are the bare bytes; RCS shows no file names.</summary>
    protected override bool Carries(ProviderRequest request, string name, string content) => request.Text == content && request.Url.AbsolutePath == "/upload/v1/files";

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("_httpStatus").GetInt32() switch
    {
        400 => "permanent_content",
        401 => "credential_refresh",
        403 or 404 => "permanent_unreachable",
        409 => "already_accepted",
        429 => "rate_limit",
        503 => "retryable",
        var status => throw new InvalidOperationException($"{fixture}: say what {status} asks for"),
    };
}
