using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Calls Apple's gateway; each call carries a token made for it.</summary>
internal sealed class AppleApi(AppleMessagesSettings settings, ProviderContext context)
{
    public JsonApi Gateway { get; } = new(
        JsonApi.Base(settings.ApiBaseUrl, "https://mspgw.push.apple.com/v1"), context, AppleMessagesChannel.Limits.CallTimeout,
        request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + AppleToken.Make(settings, context.Clock.GetUtcNow())));

    public Task<ProviderAnswer> SendAsync(JsonObject message, CancellationToken ct)
    {
        var content = new ByteArrayContent(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(message)) { Headers = { ContentType = new("application/json") } };
        return Gateway.CallAsync(HttpMethod.Post, "message", content, ct, request =>
        {
            request.Headers.TryAddWithoutValidation("id", message["id"]!.GetValue<string>());
            request.Headers.TryAddWithoutValidation("source-id", settings.BusinessId);
            request.Headers.TryAddWithoutValidation("destination-id", message["destinationId"]!.GetValue<string>());
        });
    }

    public Task<ProviderAnswer> PreUploadAsync(long size, CancellationToken ct) => Gateway.CallAsync(HttpMethod.Get, "preUpload", null, ct, request =>
    {
        request.Headers.TryAddWithoutValidation("source-id", settings.BusinessId);
        request.Headers.TryAddWithoutValidation("size", size.ToString(System.Globalization.CultureInfo.InvariantCulture));
    });

    public JsonObject Envelope(string type, string id, string customer) => new()
    {
        ["v"] = 1, ["type"] = type, ["id"] = id, ["sourceId"] = settings.BusinessId, ["destinationId"] = customer,
    };

    /// <summary>By status alone: bodies are not reliable. The id makes a repeated call harmless.</summary>
    public static SendResult Result(ProviderAnswer answer, string id) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } => new SendResult.Sent(id),
        ProviderAnswer.Answered { Status: 400 } => Failed(FailureKind.Content, "Apple does not take this message. Change it and send it again.", 400),
        ProviderAnswer.Answered { Status: 401 } => Failed(FailureKind.Credentials, "Apple does not accept our token. Check MSP id, API secret and this server's clock.", 401),
        ProviderAnswer.Answered { Status: 403 } => Failed(
            FailureKind.WindowClosed, "The customer deleted the conversation, or Apple blocked the business. Nothing can be sent until the customer writes again.", 403),
        ProviderAnswer.Answered { Status: 404 or 410 } said => Failed(FailureKind.Unreachable, "Apple does not know this customer any more. Use another channel.", said.Status),
        ProviderAnswer.Answered { Status: >= 500 } down => new SendResult.Retry("Apple's gateway is in trouble", down.RetryAfter) { ProviderDown = true },
        _ => Outcomes.Of(answer, "Apple"),
    };

    private static SendResult.Failed Failed(FailureKind kind, string reason, int status) => new(kind, reason, $"{status}");
}
