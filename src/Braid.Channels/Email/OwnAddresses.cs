using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Braid.Channels.Email;

/// <summary>Which addresses are this inbox, and which token a plus-address or a Message-ID of ours carries.</summary>
internal sealed class OwnAddresses
{
    // Message-IDs of ours look like out.<token>.<anything>@domain.
    private static readonly Regex OwnMessageId = new(@"^out\.([A-Za-z0-9][A-Za-z0-9-]{7,63})\.[^@]+@(.+)$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly Regex Token = new("^[A-Za-z0-9][A-Za-z0-9-]{7,63}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly HashSet<string> all;

    public OwnAddresses(MailPlace place) =>
        all = new HashSet<string>(place.Aliases.Append(place.Address ?? "").Select(a => a.Trim().ToLowerInvariant()).Where(a => a.Length > 0), StringComparer.Ordinal);

    public bool Has(string? address) => address is not null && (all.Contains(address.ToLowerInvariant()) || all.Contains(Split(address).Base));

    /// <summary>The token in `support+token@...`, when the rest is an address of ours.</summary>
    public string? TokenIn(string? address)
    {
        if (address is null) { return null; }
        var (bare, plus) = Split(address);
        return plus is not null && all.Contains(bare) && Token.IsMatch(plus) ? plus : null;
    }

    public string? TokenInMessageId(string id)
    {
        if (id.Length > 400 || OwnMessageId.Match(id) is not { Success: true } match) { return null; }
        var domain = match.Groups[2].Value.ToLowerInvariant();
        return all.Any(a => a.EndsWith('@' + domain, StringComparison.Ordinal)) ? match.Groups[1].Value.ToLowerInvariant() : null;
    }

    /// <summary>Marks the mail an inbox sends, so that it knows its own when it comes back.</summary>
    public static string LoopMark(string? address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("braid-loop:" + address?.ToLowerInvariant())))[..24];

    private static (string Base, string? Plus) Split(string address)
    {
        var lower = address.Trim().ToLowerInvariant();
        var at = lower.LastIndexOf('@');
        var plus = at < 0 ? -1 : lower.IndexOf('+', 0, at);
        return plus <= 0 ? (lower, null) : (lower[..plus] + lower[at..], lower[(plus + 1)..at]);
    }
}

/// <summary>How the product names its mails, so that an answer's References lead back to the conversation.</summary>
public static class MailIds
{
    /// <summary>A Message-ID of ours: `out.token.unique@domain`, without brackets. The domain is that of the inbox's address.</summary>
    public static string MessageId(string? threadToken, string unique, string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
        return threadToken is null ? $"{unique}@{domain}" : $"out.{threadToken.ToLowerInvariant()}.{unique}@{domain}";
    }
}
