namespace Braid.Simulator.Demo;

/// <summary>
/// The people of the demo and what they say. Tarn &amp; Ember makes coffee gear for outdoors: kettles, stoves, hand grinders, enamel mugs.
/// Company, people and words are invented for Braid.
/// </summary>
internal static partial class DemoCast
{
    public const string Company = "Tarn & Ember";
    public const string SupportAddress = "help@tarnandember.example";

    /// <summary>The colleagues: key, name, address, role.</summary>
    public static readonly IReadOnlyList<(string Key, string Name, string Email, string Role)> Team =
    [
        ("maya", "Maya Lindqvist", "maya@tarnandember.example", "supervisor"),
        ("tomas", "Tomás Rey", "tomas@tarnandember.example", "agent"),
        ("priya", "Priya Nair", "priya@tarnandember.example", "agent"),
        ("jonas", "Jonas Weber", "jonas@tarnandember.example", "agent"),
    ];

    /// <summary>What happened before the visitor opened the door.</summary>
    public static IReadOnlyList<DemoStory> History => [.. OverChannels, .. TelegramHistory, .. WhatsAppHistory, .. MailHistory];

    /// <summary>What happens while they watch.</summary>
    public static IReadOnlyList<DemoStory> Live => [.. LiveStories];

    private static DemoStory Telegram(string name, string language, string first, string? last = null, string? user = null) =>
        new(new DemoPerson(name, language) { Telegram = (first, last, user) }, DemoChannel.Telegram);

    private static DemoStory WhatsApp(string name, string language, string phone) =>
        new(new DemoPerson(name, language) { WhatsApp = phone }, DemoChannel.WhatsApp);

    private static DemoStory Mail(string name, string language, string email) =>
        new(new DemoPerson(name, language) { Email = email }, DemoChannel.Email);

    private static DemoStory Chat(string name, string language, string? email = null, string? shopUser = null) =>
        new(new DemoPerson(name, language) { Email = email, ShopUser = shopUser }, DemoChannel.Chat);
}
