namespace Braid.Channels;

/// <summary>What a telephone provider should do with a call that rings now. Chosen by the product, worded by the adapter.</summary>
public abstract record CallPlan
{
    private CallPlan() { }

    /// <summary>Rings the targets at once; who takes it first has it. Unanswered: the provider asks again, with <see cref="CallQuestion.Unanswered"/>.</summary>
    public sealed record Ring(IReadOnlyList<CallTarget> Targets) : CallPlan
    {
        public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(25);
        public string? Greeting { get; init; }
        public string? Language { get; init; }
        public bool Record { get; init; }
    }

    public sealed record Voicemail(string Greeting, string? Language) : CallPlan
    {
        public bool Transcribe { get; init; }
    }

    public sealed record HangUp(string? Words, string? Language) : CallPlan;
}

public enum CallTargetKind { Phone, Sip, Browser }

/// <param name="Address">Phone: E.164. Sip: `sip:user@host`. Browser: the client's name.</param>
public sealed record CallTarget(CallTargetKind Kind, string Address);

/// <param name="CallId">The provider's id of the call.</param>
/// <param name="Unanswered">True when the targets of the first plan did not take it.</param>
public sealed record CallQuestion(string CallId, string CallerId, bool Unanswered);

/// <summary>For telephone channels: a webhook that waits for instructions. Both are pure.</summary>
public interface ICalls<in TSettings>
{
    /// <summary>The question in this (genuine) request; null when it asks nothing.</summary>
    CallQuestion? Asked(WebhookRequest request, TSettings settings);

    /// <param name="webhookUrl">Where the provider reports how it went.</param>
    HttpReply Answer(CallPlan plan, CallQuestion question, TSettings settings, Uri webhookUrl);

    /// <summary>Lets one browser take calls as this client for a while; null where the inbox has no browser phone.</summary>
    /// <param name="client">Letters, digits and underscores: the address of <see cref="CallTargetKind.Browser"/>.</param>
    PhoneToken? TokenFor(string client, TSettings settings, DateTimeOffset now) => null;
}

/// <summary>What a browser shows the provider. A secret of its reader for as long as it lives.</summary>
public sealed record PhoneToken(string Value, DateTimeOffset ExpiresAt);
