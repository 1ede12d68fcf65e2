namespace Braid.Simulator.Load;

/// <summary>Which webhook of Braid is loaded, and with what secret.</summary>
public abstract record LoadTarget(Uri Webhook)
{
    /// <summary>The example channel: `X-Echo-Secret`, body {id, from, name, text, at}.</summary>
    public sealed record Echo(Uri Webhook, string Secret) : LoadTarget(Webhook);

    public sealed record Telegram(Uri Webhook, string Secret) : LoadTarget(Webhook);

    public sealed record WhatsApp(Uri Webhook, string AppSecret, string PhoneNumberId) : LoadTarget(Webhook);
}

public sealed record LoadOptions
{
    public required LoadTarget Target { get; init; }
    public required int Messages { get; init; }

    /// <summary>Connections kept alive, each with one message under way.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>Messages per second in an open loop: they fall due whether or not the last ones were answered. Null: closed loop, as fast as the answers.</summary>
    public int? Rate { get; init; }

    /// <summary>How many different people write.</summary>
    public int People { get; init; } = 500;

    /// <summary>Bodies are padded to this size, as providers' real ones carry much that nobody reads. 0: as short as they are.</summary>
    public int BodyBytes { get; init; }

    /// <summary>A message that gets no 2xx is sent again until it does, as providers do; else it is counted as failed.</summary>
    public bool RetryUntilAcknowledged { get; init; }

    /// <summary>Pause before a try after a failure.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Marks the ids of this run.</summary>
    public required string Run { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What a run measured. Open loop: latency counts from the moment the message fell due, so a stalled server can't hide its queue.</summary>
public sealed record LoadResult(int Acknowledged, int Failed, int Retries, TimeSpan Took, LatencyHistogram Latency, SentLedger Ledger)
{
    public double PerSecond => Acknowledged / Took.TotalSeconds;
}
