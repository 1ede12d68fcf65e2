namespace Braid.Simulator;

/// <summary>The outside services of the pretend world, each with its own port, faults and outages.</summary>
public enum SimulatedProvider
{
    Telegram,
    WhatsApp,
    Smtp,
    Imap,
}
