using Braid.Channels.Common;

namespace Braid.Channels.GoogleRcs;

/// <summary>Calls Google as the service account; its token lives an hour and is renewed when Google refuses it.</summary>
internal sealed class RcsApi(GoogleRcsSettings settings, ProviderContext context)
{
    private const string Scope = "https://www.googleapis.com/auth/rcsbusinessmessaging";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "access", (_, renewing) => GoogleSignIn.RenewAsync(GoogleSignIn.ServiceAccount(settings.ServiceAccountKey), Scope, context, GoogleRcsChannel.Limits.CallTimeout, renewing),
        token => call(Api(token)), no => no.Status == 401, ct);

    public JsonApi Files => Api("");

    /// <summary>`phones/{number}/{what}` of our agent; the plus of the number stays as it is.</summary>
    public string Path(string phone, string what, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var path = $"v1/phones/{Uri.EscapeDataString(phone).Replace("%2B", "+", StringComparison.Ordinal)}/{what}?";
        foreach (var (name, value) in query) { path += $"{name}={Uri.EscapeDataString(value)}&"; }
        return $"{path}agentId={Uri.EscapeDataString(settings.AgentId)}";
    }

    /// <param name="id">Ours: that it exists already means that an earlier attempt was accepted.</param>
    public static SendResult Result(ProviderAnswer answer, string id) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } or ProviderAnswer.Answered { Status: 409 } => new SendResult.Sent(id),
        ProviderAnswer.Answered { Status: 400 } no => Failed(FailureKind.Content, $"Google does not take this message: {Outcomes.Sentence(no.Json.Get("error").Text("message") ?? "invalid")}", no),
        ProviderAnswer.Answered { Status: 401 } no => Failed(FailureKind.Credentials, "Google does not accept the service account. Create a new key and enter it.", no),
        ProviderAnswer.Answered { Status: 403 } no => Failed(
            FailureKind.Unreachable, "The agent may not write to this customer: it is not launched with their carrier, or they are no tester. Use SMS or another channel.", no),
        ProviderAnswer.Answered { Status: 404 } no => Failed(FailureKind.Unreachable, "The customer's phone can't be reached by RCS. Use SMS or another channel.", no),
        ProviderAnswer.Answered { Status: >= 500 } down when down.Json.Get("error").IsObject() => new SendResult.Retry("Google is in trouble", down.RetryAfter) { ProviderDown = true },
        _ => Outcomes.Of(answer, "Google"),
    };

    private JsonApi Api(string token) => new(
        JsonApi.Base(settings.ApiBaseUrl, "https://rcsbusinessmessaging.googleapis.com"), context, GoogleRcsChannel.Limits.CallTimeout, JsonApi.Bearer(token));

    private static SendResult.Failed Failed(FailureKind kind, string reason, ProviderAnswer.Answered no) => new(kind, reason, no.Json.Get("error").Text("status") ?? $"{no.Status}");
}
