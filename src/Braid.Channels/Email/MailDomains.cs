using System.Globalization;

namespace Braid.Channels.Email;

/// <summary>Addresses as the wire wants them: domains in ASCII (RFC 5891), nothing that could end a command.</summary>
internal static class MailDomains
{
    public static string Ascii(string domain)
    {
        try
        {
            return domain.All(char.IsAscii) ? domain : new IdnMapping().GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    /// <summary>The address for the envelope, or null when it is none.</summary>
    public static string? Wire(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || at == address.Length - 1 || address.Length > 320) { return null; }
        if (address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';' or '\\' or '"' or '(' or ')')) { return null; }
        var domain = Ascii(address[(at + 1)..]);
        return domain.All(char.IsAscii) ? address[..at] + '@' + domain : null;
    }
}
