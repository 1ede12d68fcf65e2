namespace Braid.Channels.WhatsApp;

/// <summary>What was found in one body.</summary>
internal sealed class WhatsAppBatch
{
    public List<InboundEvent> Events { get; } = [];
    public List<string> Skipped { get; } = [];
    public List<AccountNews> News { get; } = [];
    public List<IdentityChange> Changes { get; } = [];

    public Reading ToReading() => Events.Count > 0
        ? new Reading.Events(Events) { Skipped = Skipped, News = News, IdentityChanges = Changes }
        : new Reading.Ignored(Skipped.Count == 0 ? "nothing in it" : string.Join("; ", Skipped)) { News = News, IdentityChanges = Changes };
}
