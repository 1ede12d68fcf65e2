using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Meta;

/// <summary>The Graph API's answers in its own shape.</summary>
internal static class MetaAnswer
{
    public static Answer Ok(JsonObject json) => new(200, json);

    public static Answer Success() => Ok(new JsonObject { ["success"] = true });

    public static RefusalException Refuse(int code, string message, int? subcode = null, int status = 400) => new(Error(status, code, message, subcode));

    public static RefusalException Unknown(string id) => Refuse(
        100, $"Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation", 33);

    public static Answer Error(int status, int code, string message, int? subcode = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code };
        if (subcode is not null) error["error_subcode"] = subcode;
        error["fbtrace_id"] = "A83f9d967cc4eb4f0a61b3c";
        return new Answer(status, new JsonObject { ["error"] = error });
    }

    public static Answer? Of(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var seconds } => Error(400, 613, "(#613) Calls to this API have exceeded the rate limit.") with { RetryAfter = seconds },
        Fault.ServerError { Status: var status } => Error(status, 1200, "Temporary send message failure. Please try again later."),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };
}
