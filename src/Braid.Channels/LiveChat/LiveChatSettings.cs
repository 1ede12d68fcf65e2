using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Braid.Channels.LiveChat;

public enum LiveChatPreChat { Off, Optional, Required }

public sealed record LiveChatSettings : ChannelSettings
{
    public static readonly IReadOnlyList<string> KnownFields = ["name", "email", "phone"];

    [Setting("Title", Help = "Shown at the top of the chat: your company or team.", Placeholder = "Arunika")]
    [MaxLength(60)]
    public string? Title { get; init; }

    [Setting("Colour", Help = "Your brand's colour. It is darkened until white text on it can be read.", Placeholder = "#0e5366")]
    [RegularExpression("^#[0-9a-fA-F]{6}$", ErrorMessage = "Write the colour as # and six hex digits, such as #0e5366.")]
    public string? Color { get; init; } = LiveChatColor.Default;

    [Setting("Greeting", Help = "Left empty, visitors are greeted in their own language.")]
    [MaxLength(200)]
    public string? Greeting { get; init; }

    [Setting("Allowed sites", Help = "Origins that may show this chat, such as https://shop.example or https://*.shop.example. Empty: any site.",
        Placeholder = "https://shop.example")]
    public IReadOnlyList<string> AllowedOrigins { get => field ?? []; init; } = [];

    [Setting("Identity secret", Secret = true, Generate = true,
        Help = "Your server signs tokens with it (HS256), so that the chat knows your signed-in users. At least 32 characters.")]
    public string? IdentitySecret { get; init; }

    [Setting("Only signed-in users", Help = "The chat shows only after your page has handed over a signed token.")]
    public bool RequireIdentity { get; init; }

    [Setting("Ask before the chat", Help = "Off, optional, or required before the first message.")]
    public LiveChatPreChat PreChat { get; init; }

    [Setting("Fields to ask for", Help = "Any of: name, email, phone.")]
    public IReadOnlyList<string> PreChatFields { get => field ?? []; init; } = ["name", "email"];

    [Setting("Text while nobody is there", Help = "Left empty, visitors are asked in their own language to leave a message and an email address.")]
    [MaxLength(300)]
    public string? OfflineText { get; init; }

    public override string? Address => AllowedOrigins is [var first, ..] ? first : null;

    // Lists compare by what they hold, so that saving the same settings again changes nothing.
    public bool Equals(LiveChatSettings? other) => other is not null && Plain(this) == Plain(other)
        && AllowedOrigins.SequenceEqual(other.AllowedOrigins) && PreChatFields.SequenceEqual(other.PreChatFields);

    public override int GetHashCode() => Plain(this).GetHashCode();

    private static (string?, string?, string?, string?, bool, LiveChatPreChat, string?) Plain(LiveChatSettings s) =>
        (s.Title, s.Color, s.Greeting, s.IdentitySecret, s.RequireIdentity, s.PreChat, s.OfflineText);

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        foreach (var origin in AllowedOrigins.Where(o => !LiveChatOrigins.IsWellFormed(o)))
        {
            yield return ("allowedOrigins", $"\"{origin}\" is not an origin. Write scheme and host only, such as https://shop.example.");
        }

        if (IdentitySecret is { Length: > 0 } secret && Encoding.UTF8.GetByteCount(secret) < 32)
        {
            yield return ("identitySecret", "Use at least 32 characters: shorter secrets can be guessed.");
        }

        if (RequireIdentity && string.IsNullOrEmpty(IdentitySecret))
        {
            yield return ("identitySecret", "Set a secret, or let visitors in who are not signed in.");
        }

        foreach (var field in PreChatFields.Where(f => !KnownFields.Contains(f)))
        {
            yield return ("preChatFields", $"\"{field}\" is not a field. Use name, email or phone.");
        }

        if (PreChat != LiveChatPreChat.Off && PreChatFields.Count == 0)
        {
            yield return ("preChatFields", "Choose at least one field, or turn the form off.");
        }
    }
}
