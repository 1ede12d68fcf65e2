using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>Calls Meta's Graph API with the inbox's token.</summary>
internal sealed class GraphApi(WhatsAppSettings settings, HttpClient http, TimeProvider clock)
{
    private readonly string host = (string.IsNullOrEmpty(settings.ApiBaseUrl) ? "https://graph.facebook.com" : settings.ApiBaseUrl).TrimEnd('/');

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public Task<ProviderAnswer> PostAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(
        HttpMethod.Post, path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, ct);

    public async Task<ProviderAnswer> CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, $"{host}/{settings.ApiVersion}/{path}") { Content = content };
        Authorize(request);
        return await ProviderCall.SendAsync(request, http, clock, WhatsAppChannel.Limits.CallTimeout, ct);
    }

    /// <summary>A file's address comes from Meta; the token goes along only over https or to the gateway we were told to use.</summary>
    public HttpRequestMessage? FileRequest(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) return null;
        if (address.Scheme != Uri.UriSchemeHttps && address.Authority != new Uri(host).Authority) return null;

        var request = new HttpRequestMessage(HttpMethod.Get, address);
        Authorize(request);
        return request;
    }

    private void Authorize(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.AccessToken);

    /// <summary>What went wrong and how to mend it, for an admin.</summary>
    public static (string Problem, string Fix) Trouble(ProviderAnswer answer)
    {
        switch (answer)
        {
            case ProviderAnswer.NotSent lost:
                return ($"Meta can't be reached: {lost.Reason}.", "Check that this server can reach graph.facebook.com, then try again.");
            case ProviderAnswer.NoAnswer lost:
                return ($"Meta does not answer: {lost.Reason}.", "Try again in a minute.");
        }

        var error = new GraphError(((ProviderAnswer.Answered)answer).Json.Get("error"));
        var says = error.Details is { } details ? $"Meta says: {details.TrimEnd('.')}." : $"Meta answered {((ProviderAnswer.Answered)answer).Status}.";
        return error.Code switch
        {
            190 or 0 => ("The access token is not valid or has expired.", "In the business settings generate a token for the system user and enter it here."),
            3 or 10 or (>= 200 and <= 299) => (
                "The access token lacks a permission.", "Generate a token with whatsapp_business_messaging and whatsapp_business_management, and give its system user the account."),
            100 => ("Meta does not know this id, or the token may not see it.", "Copy the id from WhatsApp, API Setup, and check that the token belongs to the same business."),
            4 or 80007 or 130429 => ("Meta's limit of calls is reached.", "Try again in a few minutes."),
            _ => (says, "Look the message up in Meta's developer console, then try again."),
        };
    }
}
