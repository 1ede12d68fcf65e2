using System.Text;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.Email;

/// <summary>
/// Is the From address real? Believes only the topmost Authentication-Results (RFC 8601) and only when the server named in the settings
/// wrote it: anyone can write the same field further down.
/// </summary>
internal static class SenderProof
{
    /// <param name="vouch">What the service that took the mail in found about a domain itself; null where it tells nothing.</param>
    public static string? Of(Mail mail, MailPlace place, Func<string, string?>? vouch = null)
    {
        if (mail.From is not [{ Address: { } address }] || !address.Contains('@', StringComparison.Ordinal)) { return null; }
        if (vouch?.Invoke(address[(address.LastIndexOf('@') + 1)..]) is { } proof) { return proof; }
        if (place.TrustServer) { return "your mail server rejects forged mail"; }
        if (mail.Headers.First("Authentication-Results") is not { } field) { return null; }
        var parts = WithoutComments(field).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 1) { return null; }
        var first = parts[0].Split(' ', '\t')[0];
        var nameless = place.NamelessResults is not null && first.Contains('=', StringComparison.Ordinal);
        if (!nameless && (string.IsNullOrWhiteSpace(place.AuthServer) || !first.Equals(place.AuthServer.Trim(), StringComparison.OrdinalIgnoreCase))) { return null; }
        var server = nameless ? place.NamelessResults : first;
        foreach (var part in nameless ? parts : parts.Skip(1))
        {
            var words = part.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !words[0].StartsWith("dmarc=", StringComparison.OrdinalIgnoreCase)) { continue; }
            return words[0].Equals("dmarc=pass", StringComparison.OrdinalIgnoreCase) && SpeaksOf(words, address) ? $"dmarc=pass from {server}" : null;
        }

        return null;
    }

    private static bool SpeaksOf(string[] words, string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        var named = words.FirstOrDefault(w => w.StartsWith("header.from=", StringComparison.OrdinalIgnoreCase))?[12..].Trim('"');
        return named is null || named.Equals(domain, StringComparison.OrdinalIgnoreCase) || named.EndsWith('@' + domain, StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutComments(string field)
    {
        var text = new StringBuilder(field.Length);
        var depth = 0;
        foreach (var c in field)
        {
            if (c == '(') { depth++; }
            else if (c == ')' && depth > 0) { depth--; }
            else if (depth == 0) { text.Append(c); }
        }

        return text.ToString();
    }
}
