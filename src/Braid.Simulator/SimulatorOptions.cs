namespace Braid.Simulator;

/// <summary>How the pretend world behaves. The same seed gives the same ids and the same luck.</summary>
public sealed record SimulatorOptions
{
    public int Seed { get; init; } = 1;
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Ports on 127.0.0.1; 0 picks a free one.</summary>
    public int TelegramPort { get; init; }
    public int WhatsAppPort { get; init; }
    public int SmtpPort { get; init; }
    public int ImapPort { get; init; }

    /// <summary>Telegram's message ids count up from here. A world that meets an old database must not use its ids again.</summary>
    public long FirstMessageId { get; init; } = 100;

    /// <summary>How many webhooks a provider posts at once to one address. 1 keeps them in order, as people expect of a quiet day.</summary>
    public int WebhookConnections { get; init; } = 1;

    /// <summary>Waits between tries of a webhook that was not taken; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> WebhookRetries { get; init; } =
        [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)];

    /// <summary>How long a provider waits for the answer to a webhook.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far WhatsApp's receipts rise by themselves; people can read later with <c>ReadsAsync</c>.</summary>
    public WhatsAppReceipts Receipts { get; init; } = WhatsAppReceipts.Delivered;

    /// <summary>How long after the customer's last message WhatsApp lets anything but a template through.</summary>
    public TimeSpan WhatsAppWindow { get; init; } = TimeSpan.FromHours(24);
}

public enum WhatsAppReceipts
{
    None,
    Sent,
    Delivered,
    Read,
}
