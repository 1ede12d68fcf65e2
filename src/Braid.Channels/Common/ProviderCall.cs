using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>What one HTTP call to a provider came to, without its URL or headers: those may hold secrets.</summary>
internal abstract record ProviderAnswer
{
    private ProviderAnswer() { }

    public sealed record Answered(int Status, JsonElement Json, TimeSpan? RetryAfter) : ProviderAnswer
    {
        public bool Ok => Status is >= 200 and < 300;
    }

    /// <summary>The request never left: trying again can't double anything.</summary>
    public sealed record NotSent(string Reason) : ProviderAnswer;

    /// <summary>It left, but no answer came back.</summary>
    public sealed record NoAnswer(string Reason) : ProviderAnswer;
}

/// <summary>Makes the call and tells the three outcomes apart. Throws only when <c>ct</c> is cancelled.</summary>
internal static class ProviderCall
{
    private const int MostAnswerBytes = 1024 * 1024;

    public static async Task<ProviderAnswer> SendAsync(
        HttpRequestMessage request, HttpClient http, TimeProvider clock, TimeSpan timeout, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        var departure = request.Content is { } content ? new WatchedContent(content) : null;
        request.Content = departure;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var body = await ReadAsync(response.Content, either.Token).ConfigureAwait(false);
            return new ProviderAnswer.Answered((int)response.StatusCode, body, RetryAfter(response, clock));
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The exception's own text stays here: it could name the URL, and Telegram's URLs hold the token.
            var reason = e is OperationCanceledException ? "no answer in time" : Describe(e);
            return SurelyNotSent(e, departure) ? new ProviderAnswer.NotSent(reason) : new ProviderAnswer.NoAnswer(reason);
        }
    }

    private static bool SurelyNotSent(Exception e, WatchedContent? departure) =>
        departure is { Left: false }
        || e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        };

    private static string Describe(Exception e) => (e as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the provider's name can't be resolved",
        HttpRequestError.ConnectionError => "the provider can't be reached",
        HttpRequestError.SecureConnectionError => "no secure connection to the provider",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
        _ => "the connection broke",
    };

    private static async Task<JsonElement> ReadAsync(HttpContent content, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var chunk = new byte[8192];
        int read;
        while (buffer.Length < MostAnswerBytes && (read = await stream.ReadAsync(chunk, ct).ConfigureAwait(false)) > 0) buffer.Write(chunk, 0, read);
        try
        {
            using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default; // A proxy's HTML page, an empty body: the status speaks for itself.
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero => wait,
        _ when response.StatusCode == HttpStatusCode.TooManyRequests => Reset(response, clock),
        _ => null,
    };

    /// <summary>Providers without Retry-After say when their window begins anew: as a time (Mastodon), in Unix seconds (Bluesky, X) or in seconds from now (Reddit).</summary>
    private static TimeSpan? Reset(HttpResponseMessage response, TimeProvider clock)
    {
        if (!response.Headers.TryGetValues("X-RateLimit-Reset", out var values) && !response.Headers.TryGetValues("RateLimit-Reset", out values) && !response.Headers.TryGetValues("x-rate-limit-reset", out values)) { return null; }
        var text = values.First();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var pause) && pause is >= 0 and < 86_400) { return TimeSpan.FromSeconds(pause); }
        DateTimeOffset? at = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds is > 1_000_000_000 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        return at - clock.GetUtcNow() is { } wait && wait > TimeSpan.Zero && wait < TimeSpan.FromDays(1) ? wait : null;
    }

    /// <summary>Knows whether the body began to be written; before that the provider can't have accepted anything.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent inner;

        public WatchedContent(HttpContent inner)
        {
            this.inner = inner;
            foreach (var header in inner.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        public bool Left { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Left = true;
            return inner.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = inner.Headers.ContentLength ?? -1;
            return length >= 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
