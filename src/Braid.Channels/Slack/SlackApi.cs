using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Calls of the Web API. Slack says no with HTTP 200 and `ok: false`.</summary>
internal sealed class SlackApi(SlackSettings settings, ProviderContext context, string? token)
{
    public const string Provider = "https://slack.com/api";

    private readonly JsonApi api = new(
        JsonApi.Base(settings.ApiBaseUrl, Provider), context, SlackChannel.Limits.CallTimeout, token is null ? null : JsonApi.Bearer(token));

    public Task<ProviderAnswer> PostAsync(string method, JsonObject body, CancellationToken ct) => api.PostAsync(method, body, ct);

    public Task<ProviderAnswer> PostFormAsync(string method, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct) =>
        api.PostFormAsync(method, fields, ct);

    public Task<ProviderAnswer> GetAsync(string method, IEnumerable<(string Name, string Value)> query, CancellationToken ct) =>
        api.GetAsync(method + "?" + string.Join('&', query.Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}")), ct);

    /// <summary>The bytes of a file go to an address that Slack gave; it is proof enough, so the token stays here.</summary>
    public async Task<ProviderAnswer?> UploadAsync(string url, HttpContent content, CancellationToken ct)
    {
        using var request = api.FileRequest(url, withCredentials: false);
        if (request is null) { return null; }
        request.Method = HttpMethod.Post;
        request.Content = content;
        return await ProviderCall.SendAsync(request, context.Http, context.Clock, SlackChannel.Limits.CallTimeout, ct);
    }

    /// <summary>Files lie on other hosts of Slack's than the API; the token goes to those, and to no one else.</summary>
    public HttpRequestMessage? FileRequest(string url)
    {
        var request = api.FileRequest(url);
        if (request?.RequestUri is { Scheme: "https" } address && !request.Headers.Contains("Authorization")
            && (address.Host == "slack.com" || address.Host.EndsWith(".slack.com", StringComparison.Ordinal)) && token is not null)
        {
            JsonApi.Bearer(token)(request);
        }

        return request;
    }

    /// <summary>Files and history need the direct message's channel, not the person. It is the same one every time.</summary>
    public async Task<(string? Channel, SendResult? Refused)> DirectAsync(string person, CancellationToken ct)
    {
        var opened = await PostAsync("conversations.open", new JsonObject { ["users"] = person }, ct);
        return Yes(opened) && ((ProviderAnswer.Answered)opened).Json.Get("channel").Id("id") is { } channel ? (channel, null) : (null, Outcomes.BeforeSending(SlackErrors.Result(opened)));
    }

    public static bool Yes(ProviderAnswer answer) => answer is ProviderAnswer.Answered { Ok: true } said && said.Json.Flag("ok");

    public static string? ErrorOf(ProviderAnswer answer) => answer is ProviderAnswer.Answered said ? said.Json.Text("error") : null;
}
