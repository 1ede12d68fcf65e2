using Braid.Channels;
using Braid.Platform;

namespace Braid.Delivery;

/// <summary>What becomes of a message after one attempt. <see cref="Decide"/> is pure: the whole table of DESIGN §9.13 on one page.</summary>
internal abstract record Settlement
{
    private Settlement() { }

    public sealed record Sent(SendResult.Sent Result) : Settlement;

    /// <summary>Queued again, not before <paramref name="DueAt"/>.</summary>
    public sealed record Again(DateTimeOffset DueAt, string Reason, int PartsSent) : Settlement
    {
        /// <summary>The whole inbox waits until then.</summary>
        public bool WholeInbox { get; init; }
    }

    /// <summary>Perhaps accepted: a receipt or an agent decides.</summary>
    public sealed record Unconfirmed(string Reason) : Settlement;

    public sealed record Failed(FailureKind Kind, string Reason, string? Code) : Settlement;

    /// <summary>The inbox can't send as it is set up: an admin must mend it, its queue waits.</summary>
    public sealed record Stopped(string Reason) : Settlement;

    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <param name="attempt">The number of the attempt that ended, from 1.</param>
    /// <param name="jitter">0..1.</param>
    public static Settlement Decide(SendResult result, UnknownSend whenUnknown, int attempt, int partsSent, DateTimeOffset queuedAt, DateTimeOffset now, double jitter)
    {
        var tooLate = now - queuedAt >= GiveUpAfter;
        return result switch
        {
            SendResult.Sent sent => new Sent(sent),
            SendResult.Retry retry when tooLate => new Failed(FailureKind.Other, $"Given up after a day of trying: {retry.Reason}", null),
            SendResult.Retry retry => new Again(now + (retry.After ?? Backoff.After(attempt, jitter)), retry.Reason, Math.Max(partsSent, retry.PartsSent)) { WholeInbox = retry.WholeInbox },
            // The provider knows the key from the first time and won't take the message twice.
            SendResult.Unknown unknown when whenUnknown == UnknownSend.Repeat && !tooLate => new Again(now + Backoff.After(attempt, jitter), unknown.Reason, partsSent),
            SendResult.Unknown unknown => new Unconfirmed(unknown.Reason),
            SendResult.Failed { Kind: FailureKind.Credentials or FailureKind.Configuration } refused => new Stopped(refused.Reason),
            SendResult.Failed failed => new Failed(failed.Kind, failed.Reason, failed.Code),
            _ => throw new ArgumentOutOfRangeException(nameof(result)),
        };
    }
}
