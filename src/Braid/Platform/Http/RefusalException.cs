namespace Braid.Platform.Http;

/// <summary>What we understand and decline. One handler turns it into a problem response with the code. The message says what to do next.</summary>
internal sealed class RefusalException(string code, string message, int status = StatusCodes.Status409Conflict) : Exception(message)
{
    public string Code { get; } = code;
    public int Status { get; } = status;
    /// <summary>Problems by field, in the request's own names.</summary>
    public IReadOnlyDictionary<string, string>? Errors { get; init; }
    /// <summary>Sent as `Retry-After`.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>"Not there" and "not yours" look the same from outside.</summary>
    public static RefusalException NotFound(string what) => new("not_found", $"This {what} does not exist, or you may not see it.", StatusCodes.Status404NotFound);

    public static RefusalException Forbidden(string whoCan) => new("forbidden", whoCan, StatusCodes.Status403Forbidden);

    public static RefusalException Invalid(string message, IReadOnlyDictionary<string, string>? errors = null) =>
        new("invalid", message, StatusCodes.Status422UnprocessableEntity) { Errors = errors };
}
