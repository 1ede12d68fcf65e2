using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.AppleMessages;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.AppleMessages;

public sealed class AppleMessagesConformance : ChannelConformance<AppleMessagesChannel>
{
    internal const string SettingsText =
        """{"mspId":"9e5236b0-197a-4970-aab8-2b7bd13ff745","apiSecret":"YnJhaWQtdGVzdC1hcHBsZS1zZWNyZXQtMzJieXRlcyE=","businessId":"c0a1b2c3-1111-4222-8333-444455556666"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson =>
        """{"mspId":"9e5236b0-197a-4970-aab8-2b7bd13ff745","apiSecret":"YnJhaWQtb3RoZXItYXBwbGUtc2VjcmV0LTMyYnl0ZXM=","businessId":"c0a1b2c3-1111-4222-8333-444455556666"}""";

    protected override bool SignatureCoversBody => false;

    protected override string SuccessBody =>
        """{"upload-url":"https://p56-content.icloud.com/put","mmcs-url":"https://p56-content.icloud.com/MC3","mmcs-owner":"M3.de2d","singleFile":{"fileChecksum":"AVHmmJKrSd+FxiMMzFf44dFgbKzM"}}""";

    protected override string Recipient => "urn:mbid:AQAAY0qk7se2RMvKV9a";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Token(settings, Now);

    protected override IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => Token(settings, Now.AddHours(-2));

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("body", out var text) && text.GetString() != "\uFFFC" ? text.GetString() : null;

    /// <summary>The bytes travel encrypted; the message names them.</summary>
    protected override bool Carries(ProviderRequest request, string name, string content) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("attachments", out var files)
        && files[0].GetProperty("name").GetString() == name && files[0].GetProperty("size").GetString() == $"{content.Length}";

    protected override string? ComesAfter(string fixture) => fixture == "inbound-duplicate-b.json" ? "inbound-duplicate-a.json" : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) => error.GetProperty("_httpStatus").GetInt32() switch
    {
        400 => "permanent_content",
        401 => "credential",
        403 => "permanent_until_user_writes",
        404 => "permanent_unreachable",
        429 => "rate_limit",
        503 => "retryable_with_same_retry_key",
        var status => throw new InvalidOperationException($"{fixture}: say what {status} asks for"),
    };

    private static Dictionary<string, string> Token(ChannelSettings settings, DateTimeOffset at)
    {
        var s = (AppleMessagesSettings)settings;
        var text = $"{Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"aud":"{{s.MspId}}","iat":{{at.ToUnixTimeSeconds()}}}"""))}";
        return new() { ["Authorization"] = $"Bearer {text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Convert.FromBase64String(s.ApiSecret), Encoding.UTF8.GetBytes(text)))}" };
    }
}
