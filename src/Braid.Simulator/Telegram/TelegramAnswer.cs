using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Telegram;

/// <summary>Telegram's answers in its own shape.</summary>
internal static class TelegramAnswer
{
    public static Answer Ok(JsonNode result) => new(200, new JsonObject { ["ok"] = true, ["result"] = result });

    public static Answer Error(int code, string description, JsonObject? parameters = null)
    {
        var body = new JsonObject { ["ok"] = false, ["error_code"] = code, ["description"] = description };
        if (parameters is not null)
        {
            body["parameters"] = parameters;
        }

        return new Answer(code, body);
    }

    public static RefusalException Bad(string what) => new(Error(400, "Bad Request: " + what));

    public static RefusalException Forbidden(string what) => new(Error(403, "Forbidden: " + what));

    public static RefusalException Conflict(string what) => new(Error(409, "Conflict: " + what));

    public static Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } =>
            Error(429, $"Too Many Requests: retry after {n}", new JsonObject { ["retry_after"] = n }) with { RetryAfter = n },
        Fault.ServerError { Status: 502 } => Error(502, "Bad Gateway"),
        Fault.ServerError { Status: var status } => Error(status, "Internal Server Error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
