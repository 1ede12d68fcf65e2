using System.Text;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>Calls to the daemon, in JSON-RPC or by the REST wrapper's paths.</summary>
internal sealed class SignalApi(SignalSettings settings, ProviderContext context)
{
    private readonly JsonApi api = new(settings.ApiBaseUrl, context, SignalCliChannel.Limits.CallTimeout);

    public bool Rest => settings.Daemon == SignalDaemon.Rest;

    public string Number => Uri.EscapeDataString(settings.Number);

    public JsonApi Http => api;

    public Task<ProviderAnswer> RpcAsync(string method, JsonObject parameters, string id, CancellationToken ct) => api.PostAsync("api/v1/rpc", Body(method, parameters, id), ct);

    public JsonObject Body(string method, JsonObject parameters, string id)
    {
        if (settings.SeveralAccounts) { parameters["account"] = settings.Number; }
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters };
    }

    public Task<ProviderAnswer> RestAsync(HttpMethod verb, string path, JsonObject body, CancellationToken ct) =>
        api.CallAsync(verb, path, new ByteArrayContent(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, ct);

    /// <summary>Group ids are base64; people are UUIDs, numbers or user names.</summary>
    public static bool IsGroup(string thread) => !thread.StartsWith('+') && !thread.StartsWith("u:", StringComparison.Ordinal) && !Guid.TryParse(thread, out _);

    /// <summary>`recipient` or `groupId` of a JSON-RPC call.</summary>
    public static JsonObject To(string thread) =>
        IsGroup(thread) ? new JsonObject { ["groupId"] = thread } : new JsonObject { ["recipient"] = new JsonArray(thread) };

    /// <summary>The wrapper has names of its own for groups.</summary>
    public static string RestName(string thread) => IsGroup(thread) ? "group." + Convert.ToBase64String(Encoding.UTF8.GetBytes(thread)) : thread;
}
