using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>The Graph API's answers in its own shape.</summary>
internal static class GraphAnswer
{
    public static Answer Ok(JsonNode json) => new(200, json);

    public static Answer Success() => Ok(new JsonObject { ["success"] = true });

    public static Answer Error(int status, int code, string message, string? details = null, int? subcode = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code };
        if (subcode is not null)
        {
            error["error_subcode"] = subcode;
        }

        if (details is not null)
        {
            error["error_data"] = new JsonObject { ["messaging_product"] = "whatsapp", ["details"] = details };
        }

        error["fbtrace_id"] = "A" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message + details)))[..22];
        return new Answer(status, new JsonObject { ["error"] = error });
    }

    public static RefusalException Invalid(string what) => new(Error(400, 100, "(#100) " + what));

    public static RefusalException Refuse(int code, string title, string details, int status = 400) =>
        new(Error(status, code, $"(#{code}) {title}", details));

    public static RefusalException Unknown(string id) => new(Error(
        400, 100,
        $"Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.",
        subcode: 33));

    public static Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var n } =>
            Error(429, 130429, "(#130429) Rate limit hit", "Cloud API message throughput has been reached.") with { RetryAfter = n },
        Fault.ServerError { Status: var status } => Error(status, 131016, "(#131016) Service unavailable", "A service is temporarily unavailable."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
