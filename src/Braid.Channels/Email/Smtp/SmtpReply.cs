using System.Text.RegularExpressions;

namespace Braid.Channels.Email.Smtp;

/// <summary>An answer with its enhanced code (RFC 2034), if the text has one.</summary>
internal sealed record SmtpReply(int Code, string Text)
{
    private static readonly Regex Enhanced = new(@"^([245]\.\d{1,3}\.\d{1,3})\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public bool IsPositive => Code is >= 200 and < 300;

    public string? EnhancedCode => Enhanced.Match(Text) is { Success: true } match ? match.Value : null;

    public string Shown => Text.Length == 0 ? $"{Code}" : $"{Code} {(Text.Length > 300 ? Text[..300] + "..." : Text)}";
}
