using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels;

/// <summary>A webhook request as it came. Header names ignore case; a header sent twice has both values joined by a comma.</summary>
public sealed record WebhookRequest
{
    public required string Method { get; init; }
    /// <summary>The public URL, as configured (not as the request's Host header claims), with the query: signatures may cover it.</summary>
    public required Uri Url { get; init; }
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    public required IReadOnlyDictionary<string, string> Query { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    /// <summary>The documents <see cref="IChannel.KeysFor"/> asked for, by address; one that could not be fetched is missing.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Constant-time comparison; false when the header or the secret is missing or empty.</summary>
    public bool HeaderEquals(string name, string? secret) => Secrets.Match(Header(name), secret);
}

public static class Secrets
{
    /// <summary>Constant-time; false when either side is null or empty.</summary>
    public static bool Match(string? given, string? expected) =>
        !string.IsNullOrEmpty(given) && !string.IsNullOrEmpty(expected)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}

/// <summary>Is it really from them?</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>Stored in the ledger, then answered. Answer null = 200 with an empty body.</summary>
    public sealed record Genuine(HttpReply? Answer = null) : Verdict;

    /// <summary>A handshake: answered, nothing stored.</summary>
    public sealed record Challenge(HttpReply Answer) : Verdict;

    /// <summary>401 or 403; nothing is stored but a counter.</summary>
    public sealed record Forged(string Reason, int Status = 401) : Verdict;
}

public sealed record HttpReply(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public static HttpReply Text(string text, int status = 200, string contentType = "text/plain") => new(status, contentType, Encoding.UTF8.GetBytes(text));
}

/// <summary>One raw webhook body, mail, poll result item or socket frame: the ledger's row.</summary>
public sealed record RawDelivery
{
    public required ReadOnlyMemory<byte> Body { get; init; }
    public string? ContentType { get; init; }
    /// <summary>Headers without secrets. Listeners add what they know, e.g. `imap-uid`, `imap-received`.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;
    public IReadOnlyDictionary<string, string> Query { get; init; } = ReadOnlyDictionary<string, string>.Empty;
    public required DateTimeOffset ReceivedAt { get; init; }

    public string BodyText => Encoding.UTF8.GetString(Body.Span);
}

/// <summary>What does it say?</summary>
public abstract record Reading
{
    private Reading() { }

    /// <summary>
    /// All events of a batch, in the provider's order. Signals (typing) go to the screens only. Skipped: items of the batch without
    /// content for us, each with its reason, for the deliveries screen.
    /// </summary>
    public sealed record Events(IReadOnlyList<InboundEvent> Items) : Reading
    {
        public IReadOnlyList<Signal> Signals { get; init; } = [];
        public IReadOnlyList<string> Skipped { get; init; } = [];
        public IReadOnlyList<AccountNews> News { get; init; } = [];
        public IReadOnlyList<IdentityChange> IdentityChanges { get; init; } = [];
    }

    /// <summary>A known or unknown envelope without content for the conversation.</summary>
    public sealed record Ignored(string Reason) : Reading
    {
        public IReadOnlyList<Signal> Signals { get; init; } = [];
        public IReadOnlyList<AccountNews> News { get; init; } = [];
        public IReadOnlyList<IdentityChange> IdentityChanges { get; init; } = [];
    }

    /// <summary>Genuine but not understood: parked, seen, replayable.</summary>
    public sealed record Unreadable(string Reason) : Reading;
}

/// <summary>Something for the screens that is never stored: the customer is typing.</summary>
public sealed record Signal(SignalKind Kind, string ThreadId, string? SenderId, string? Account = null);

public enum SignalKind { Typing, StoppedTyping }

/// <summary>
/// What the provider tells about the account itself: a template paused, quality down, access revoked. Goes into the inbox's log; `Revoked`
/// also turns its light red.
/// </summary>
public sealed record AccountNews(NewsKind Kind, string Text, string? Account = null);

public enum NewsKind { Info, Warning, Revoked }

/// <summary>The provider gave a person another id: both lead to the same identity's customer from now on.</summary>
public sealed record IdentityChange(string OldId, string NewId, string? Account = null);
