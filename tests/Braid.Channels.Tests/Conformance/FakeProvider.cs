using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Braid.Channels.Tests.Conformance;

/// <summary>What a provider was asked: body read, multipart taken apart.</summary>
public sealed partial record ProviderRequest(HttpMethod Method, Uri Url, IReadOnlyDictionary<string, string> Headers, byte[] Body, string? ContentType)
{
    public JsonElement Json { get; } = ContentType == "application/json" && Body.Length > 0 ? JsonDocument.Parse(Body).RootElement.Clone() : default;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The names of a multipart form's fields.</summary>
    public IReadOnlyList<string> FormFields => [.. FormField().Matches(Text).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("form-data; name=\"?([^\";\\r\\n]+)")]
    private static partial Regex FormField();
}

public sealed record ProviderReply(int Status, string Body, IReadOnlyDictionary<string, string>? Headers = null)
{
    public static ProviderReply Ok(string body) => new(200, body);
}

/// <summary>The outside world of an adapter, in memory. Answers in order; the last answer repeats.</summary>
public sealed class FakeProvider : HttpMessageHandler
{
    private readonly Func<ProviderRequest, int, ProviderReply> answer;

    public FakeProvider(params ProviderReply[] replies)
        : this((_, n) => replies[Math.Min(n, replies.Length - 1)])
    {
    }

    public FakeProvider(Func<ProviderRequest, int, ProviderReply> answer) => this.answer = answer;

    public List<ProviderRequest> Requests { get; } = [];

    public HttpClient Client => new(this, disposeHandler: false);

    internal static async Task<ProviderRequest> AskedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ProviderRequest(request.Method, request.RequestUri!, headers, body, request.Content?.Headers.ContentType?.MediaType);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = await AskedAsync(request, cancellationToken);
        Requests.Add(asked);
        return Response(answer(asked, Requests.Count - 1));
    }

    internal static HttpResponseMessage Response(ProviderReply reply)
    {
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new StringContent(reply.Body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in reply.Headers ?? new Dictionary<string, string>()) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}

/// <summary>Answers the steps before a message, whatever becomes of the message.</summary>
public sealed class PreparedLine(HttpMessageHandler provider, Func<ProviderRequest, ProviderReply?> preparation) : DelegatingHandler(provider)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Only a look without consequences may read the body: whether it left is what some tests are about.
        var glance = new ProviderRequest(request.Method, request.RequestUri!, new Dictionary<string, string>(), [], null);
        return preparation(glance) is { } reply ? FakeProvider.Response(reply) : await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>A line that breaks: before anything left, or after the body was taken.</summary>
public sealed class BrokenLine(Func<HttpRequestMessage, Exception> failure, bool takesBody) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (takesBody && request.Content is not null) await request.Content.ReadAsByteArrayAsync(cancellationToken);
        throw failure(request);
    }
}
