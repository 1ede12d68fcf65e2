namespace Braid.Channels;

/// <summary>
/// For providers whose webhooks carry no names: looks one person up. Asked by a job, once for each new person and again when they write after
/// a long time. Maps every answer of the provider; throws only on cancellation.
/// </summary>
public interface IPeople<in TSettings>
{
    Task<PersonAnswer> FindAsync(PersonQuestion question, TSettings settings, ProviderContext context, CancellationToken ct);
}

/// <param name="PersonId">The provider's id of the person.</param>
/// <param name="ThreadId">Where they wrote: of members of a group some providers tell only there.</param>
public sealed record PersonQuestion(string PersonId, string? ThreadId);

public abstract record PersonAnswer
{
    private PersonAnswer() { }

    public sealed record Found(string? Name) : PersonAnswer
    {
        /// <summary>BCP 47, as far as the provider's own tags allow.</summary>
        public string? Language { get; init; }

        /// <summary>IANA.</summary>
        public string? TimeZone { get; init; }

        /// <summary>Where their picture can be fetched without signing in.</summary>
        public Uri? Picture { get; init; }
    }

    /// <summary>The provider knows nobody by this id, or may not tell us. Asking again would not help.</summary>
    public sealed record Unknown(string Reason) : PersonAnswer;

    public sealed record NotNow(string Reason) : PersonAnswer
    {
        public TimeSpan? RetryAfter { get; init; }
    }
}
