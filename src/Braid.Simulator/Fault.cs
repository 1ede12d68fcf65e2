namespace Braid.Simulator;

/// <summary>Something that goes wrong between Braid and a provider.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Not accepted; come back later. Carried in the provider's own way (Retry-After, retry_after, code 130429, 451).</summary>
    public sealed record TooManyRequests(int RetryAfterSeconds = 1) : Fault;

    /// <summary>Not accepted; the provider stumbles.</summary>
    public sealed record ServerError(int Status = 500) : Fault;

    /// <summary>Nothing is accepted and no answer ever comes.</summary>
    public sealed record TimeoutBefore : Fault;

    /// <summary>Accepted (the person gets it), but no answer ever comes.</summary>
    public sealed record TimeoutAfter : Fault;

    /// <summary>The connection is reset before anything was accepted.</summary>
    public sealed record ResetBefore : Fault;

    /// <summary>Accepted, then the connection is reset. For mail: cut between the final dot and the 250.</summary>
    public sealed record ResetAfter : Fault;

    /// <summary>Works, but late.</summary>
    public sealed record Slow(TimeSpan By) : Fault;

    /// <summary>Any other refusal of the provider, in its own words: the body for HTTP, the reply line for SMTP.</summary>
    public sealed record Refusal(int Status, string Body) : Fault;

    /// <summary>A webhook is posted again, although it was taken.</summary>
    public sealed record Duplicate(int Copies = 1) : Fault;

    /// <summary>So many webhook events are held back and then posted in a shuffled order.</summary>
    public sealed record Reorder(int Window) : Fault;

    /// <summary>So many events are held back and then posted in one body, where the provider does such a thing (WhatsApp).</summary>
    public sealed record Batch(int Size) : Fault;
}
