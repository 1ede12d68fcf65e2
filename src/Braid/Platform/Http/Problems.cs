using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Platform.Data;
using Microsoft.AspNetCore.WebUtilities;

namespace Braid.Platform.Http;

/// <summary>RFC 9457 with our `code`. `detail` is a sentence for the person.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public IReadOnlyDictionary<string, string>? Errors { get; init; }
    public string? TraceId { get; init; }

    public static Problem Of(int status, string code, string detail) => new("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, code);

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, this, Json, context.RequestAborted);
    }
}

/// <summary>Turns what went wrong below into a problem answer. Unexpected errors are logged under a trace id and say nothing outside.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            await FillEmptyAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; nobody reads an answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = Explain(e, context);
            context.Response.Clear();
            if (problem.Status is StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = "2";
            }
            else if (e is RefusalException { RetryAfter: { } wait })
            {
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await problem.WriteAsync(context);
        }
    }

    private Problem Explain(Exception e, HttpContext context)
    {
        switch (e)
        {
            case RefusalException refusal:
                return Problem.Of(refusal.Status, refusal.Code, refusal.Message) with { Errors = refusal.Errors };
            case BadHttpRequestException { InnerException: JsonException json } when FieldOf(json) is { } field:
                return Problem.Of(StatusCodes.Status422UnprocessableEntity, "invalid", "Some fields are not valid.")
                    with { Errors = new Dictionary<string, string> { [field] = "This value has the wrong form." } };
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too_large" : "bad_request",
                    bad.InnerException is JsonException ? "The body is not valid JSON." : bad.Message);
            case var _ when Data.Database.IsUnavailable(e):
                Log.DatabaseAway(logger, e.GetBaseException().Message);
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database can't be reached just now. Nothing was lost; try again in a moment.");
            default:
                var trace = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
                Log.Unexpected(logger, e, context.Request.Method, context.Request.Path, trace);
                return Problem.Of(StatusCodes.Status500InternalServerError, "internal", "Something went wrong inside Braid. The server's log tells more under the trace id.") with { TraceId = trace };
        }
    }

    /// <summary>The field a well-formed body has wrong; null when the body is no JSON at all.</summary>
    private static string? FieldOf(JsonException e) =>
        e.InnerException is JsonException || e.Path is not { Length: > 2 } path || e.InnerException?.GetType().Name == "JsonReaderException" ? null : path[2..];

    private static async Task FillEmptyAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentType is not null || response.ContentLength > 0
            || !context.Request.Path.StartsWithSegments("/api"))
        {
            return;
        }

        var (code, detail) = response.StatusCode switch
        {
            401 => ("signed_out", "Sign in first."),
            403 => ("forbidden", "You may not do this."),
            404 => ("not_found", "There is nothing at this address."),
            405 => ("method_not_allowed", "This address does not take that method."),
            413 => ("too_large", "The body is too large."),
            415 => ("unsupported_media_type", "Send the body as application/json."),
            429 => ("too_many_attempts", "Too many attempts. Wait a little."),
            _ => ("bad_request", ReasonPhrases.GetReasonPhrase(response.StatusCode)),
        };
        await Problem.Of(response.StatusCode, code, detail).WriteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed; trace {Trace}")]
        public static partial void Unexpected(ILogger logger, Exception e, string method, string path, string trace);

        [LoggerMessage(2, LogLevel.Warning, "The database is unavailable: {Message}")]
        public static partial void DatabaseAway(ILogger logger, string message);
    }
}
