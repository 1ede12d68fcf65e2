using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Integrations;

/// <summary>What a connector may use for one integration: its settings, a guarded client with a pace, and the token in use.</summary>
/// <param name="Tokens">Keeps an access token until it is refused or over.</param>
internal sealed record ConnectorSession(ConnectorSettings Settings, HttpClient Http, IConnectorTokens Tokens, ConnectorPace Pace, TimeProvider Clock)
{
    private const int MostAnswer = 16 * 1024 * 1024;

    public T As<T>()
        where T : ConnectorSettings => (T)Settings;

    /// <summary>Sends and reads an answer, whatever its status; throws <see cref="ConnectorFate.Retry"/> when there is none.</summary>
    public async Task<ConnectorAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        Pace.Take();
        try
        {
            using (request)
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(ct))
            {
                limit.CancelAfter(TimeSpan.FromSeconds(30));
                using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                var body = await Platform.Http.CappedReading.ReadAtMostAsync(answer.Content, MostAnswer, limit.Token);
                return new(answer.StatusCode, body, answer.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase), Clock.GetUtcNow());
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ConnectorException(ConnectorFate.Retry, "It did not answer in time.", e);
        }
        catch (Platform.Http.BlockedTargetException e)
        {
            throw new ConnectorException(ConnectorFate.Account, e.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ConnectorException(ConnectorFate.Retry, "It can't be reached: " + e.GetBaseException().Message, e);
        }
    }

    public static HttpRequestMessage Request(HttpMethod method, Uri url, JsonNode? body = null)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.ParseAdd("application/json");
        if (body is not null) { request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }; }
        return request;
    }
}

internal sealed record ConnectorAnswer(HttpStatusCode Status, byte[] Body, IReadOnlyDictionary<string, string> Headers, DateTimeOffset At)
{
    public bool IsYes => (int)Status is >= 200 and < 300;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Null where the body is no JSON.</summary>
    public JsonNode? Json
    {
        get
        {
            try { return Body.Length == 0 ? null : JsonNode.Parse(Body); }
            catch (System.Text.Json.JsonException) { return null; }
        }
    }

    /// <summary>An answer that is a yes but makes no sense is as good as none.</summary>
    public JsonObject Object => Json as JsonObject ?? throw new ConnectorException(ConnectorFate.Retry, "Its answer can't be read.");

    /// <summary>`Retry-After`, seconds or a date.</summary>
    public TimeSpan? RetryAfter => Header("Retry-After") is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 86_400))
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > At ? at - At : null;

    public ConnectorException Wait(string message, TimeSpan otherwise, string? requestId = null) => new(ConnectorFate.Wait, message) { After = RetryAfter ?? otherwise, RequestId = requestId };

    /// <summary>What every HTTP API means by its status; for what a vendor says better, ask it first.</summary>
    public ConnectorException Refused(string vendor, string? message, string? requestId = null) => (int)Status switch
    {
        401 => new(ConnectorFate.Account, $"{vendor} refused the sign-in. Renew the token in the settings.") { RequestId = requestId },
        403 => new(ConnectorFate.Account, $"{vendor} says that this access lacks a right{(message is null ? "" : ": " + message)}. Grant it there, then go on here.") { RequestId = requestId },
        402 => new(ConnectorFate.Account, $"{vendor} says that the account is frozen. Look there.") { RequestId = requestId },
        404 or 410 => new(ConnectorFate.Gone, "The record is not there any more.") { RequestId = requestId },
        429 => Wait($"{vendor} asked for a pause: too many calls.", TimeSpan.FromSeconds(30), requestId),
        408 or 409 or 423 or 425 => new(ConnectorFate.Retry, message ?? $"{vendor} is busy with this record.") { RequestId = requestId, After = RetryAfter },
        >= 500 => RetryAfter is null ? new(ConnectorFate.Retry, $"{vendor} stumbled ({(int)Status}).") { RequestId = requestId } : Wait($"{vendor} asked for a pause.", TimeSpan.FromSeconds(30), requestId),
        _ => new(ConnectorFate.Record, message ?? $"{vendor} refused it ({(int)Status}).") { RequestId = requestId },
    };
}

/// <summary>The access token of one integration.</summary>
internal interface IConnectorTokens
{
    /// <summary>The one in use, or a fresh one; asked for by one caller at a time.</summary>
    Task<ConnectorToken> GetAsync(Func<CancellationToken, Task<ConnectorToken>> ask, CancellationToken ct);

    /// <summary>It was refused: the next caller asks for another.</summary>
    Task ForgetAsync(ConnectorToken token, CancellationToken ct);
}

/// <param name="BaseUrl">Where calls go, if the other side says so with the token.</param>
internal sealed record ConnectorToken(string Value, DateTimeOffset? ExpiresAt, string? BaseUrl = null);

/// <summary>So many calls a second, and what the other side said of its limits. A sync that has none left stops and comes back.</summary>
internal sealed class ConnectorPace(double perSecond, TimeProvider clock)
{
    private readonly Delivery.TokenBucket bucket = new(perSecond, clock);
    private readonly Lock gate = new();

    /// <summary>Calls made since this was made.</summary>
    public int Calls { get; private set; }

    public void Take()
    {
        lock (gate)
        {
            if (bucket.Take(1) == 0) { throw new PaceException(bucket.Wait()); }
            Calls++;
        }
    }
}

/// <summary>Not now, for our own reasons: nothing went wrong.</summary>
internal sealed class PaceException(TimeSpan after) : Exception("The pace is kept.")
{
    public TimeSpan After { get; } = after;
}

internal static class ConnectorText
{
    /// <summary>Text, numbers and flags as text; null for the rest.</summary>
    public static string? Text(this JsonNode? node, string name) => (node as JsonObject)?[name].AsText();

    public static string? AsText(this JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => value.GetValue<string>(),
        System.Text.Json.JsonValueKind.Number or System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => value.ToJsonString(),
        _ => null,
    };

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) => ((node as JsonObject)?[name] as JsonArray ?? []).OfType<JsonObject>();

    public static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime() : null;

    /// <summary>The address where a setting names another than the vendor's, without a slash at its end.</summary>
    public static Uri Base(string? configured, string vendors) => new((string.IsNullOrWhiteSpace(configured) ? vendors : configured).TrimEnd('/'));
}
