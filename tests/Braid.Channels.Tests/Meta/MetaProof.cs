using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Meta;

/// <summary>What the tests of both Meta channels share.</summary>
internal static class MetaProof
{
    public static Dictionary<string, string> Sign(byte[] body, string secret) => new()
    {
        ["X-Hub-Signature-256"] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
    };

    public static string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("message", out var message)
        && message.ValueKind == JsonValueKind.Object && message.TryGetProperty("text", out var text) ? text.GetString() : null;

    public static string Treatment(string fixture, JsonElement error)
    {
        var graph = error.GetProperty("body").GetProperty("error");
        var subcode = graph.TryGetProperty("error_subcode", out var given) ? given.GetInt32() : 0;
        return (graph.GetProperty("code").GetInt32(), subcode) switch
        {
            (4 or 613, _) => "rate_limit",
            (1200, _) => "retryable",
            (190, _) => "credential",
            (10, 1893063) => "configuration",
            (10, _) => "permanent_until_user_writes",
            (100 or 551, _) => "permanent_unreachable",
            (10900, _) => "permanent_content",
            _ => throw new InvalidOperationException($"{fixture}: say what it asks for"),
        };
    }

    public static WebhookRequest Request(string channel, string method, byte[] body, Dictionary<string, string>? headers = null, Dictionary<string, string>? query = null) => new()
    {
        Method = method, Url = new($"https://braid.example.com/webhooks/{channel}/1"), Query = query ?? [], Headers = headers ?? [], Body = body, ReceivedAt = DateTimeOffset.UnixEpoch,
    };

    public static void ShouldVerifyAsRecorded(IChannel channel, ChannelSettings settings)
    {
        var id = channel.Descriptor.Id;
        var vector = Fixtures.Json(id, "verify-signature-vector.json");
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("rawBody").GetString()!);
        var headers = new Dictionary<string, string> { ["X-Hub-Signature-256"] = vector.GetProperty("expectedHeaderValue").GetString()! };
        channel.Verify(Request(id, "POST", body, headers), settings).ShouldBeOfType<Verdict.Genuine>();
        channel.Verify(Request(id, "POST", [.. body, (byte)' '], headers), settings).ShouldBeOfType<Verdict.Forged>();

        var shake = Fixtures.Json(id, "verify-handshake.json");
        var query = shake.GetProperty("request").GetProperty("query").EnumerateObject().ToDictionary(q => q.Name, q => q.Value.GetString()!);
        var answer = channel.Verify(Request(id, "GET", [], query: query), settings).ShouldBeOfType<Verdict.Challenge>().Answer;
        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe("1903260217");
        answer.ContentType.ShouldBe("text/plain");
        query["hub.verify_token"] = "guess";
        channel.Verify(Request(id, "GET", [], query: query), settings).ShouldBeOfType<Verdict.Forged>().Status.ShouldBe(403);
    }

    /// <summary>Ids as this channel makes them: comments are hidden and deleted, messages are read and reacted to.</summary>
    public static OutboundAct Act(OutboundAct act, string comment) => act.Kind is ActKind.Hide or ActKind.Unhide or ActKind.Delete
        ? act with { ThreadId = "comment:" + comment, ExternalId = comment, Key = comment }
        : act;
}
