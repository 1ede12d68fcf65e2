using System.Collections.Frozen;
using System.Globalization;

namespace Braid.Customers;

/// <summary>One spelling per mailbox: lower case, the domain in its ASCII form, so that münchen.example and its punycode are one key.</summary>
internal static class EmailAddresses
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Read by several people, or by nobody: such an address tells no one apart.</summary>
    private static readonly FrozenSet<string> Roles = FrozenSet.ToFrozenSet(
    [
        "abuse", "accounting", "accounts", "admin", "billing", "buchhaltung", "contact", "contacto", "contato", "customerservice", "do-not-reply", "donotreply", "enquiries", "finance", "hello", "help", "helpdesk",
        "hostmaster", "hr", "info", "invoice", "invoices", "jobs", "kontakt", "mail", "mailer-daemon", "marketing", "no-reply", "noreply", "office", "orders", "post", "postmaster", "privacy", "purchasing",
        "reception", "root", "sales", "security", "service", "shop", "support", "team", "vertrieb", "webmaster",
    ]);

    /// <summary>These give every mailbox many spellings: dots and what follows a plus don't count there.</summary>
    private static readonly FrozenSet<string> DotsDontCount = FrozenSet.ToFrozenSet(["gmail.com", "googlemail.com"]);

    /// <returns>Null when it is not an address.</returns>
    public static string? Normalise(string text)
    {
        var address = text.Trim().ToLowerInvariant();
        var at = address.LastIndexOf('@');
        if (at < 1 || address.Length > 320 || address.IndexOf('@', StringComparison.Ordinal) != at || address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';'))
        {
            return null;
        }

        try
        {
            var domain = Idn.GetAscii(address[(at + 1)..]).ToLowerInvariant();
            return domain.Contains('.', StringComparison.Ordinal) ? address[..at] + "@" + domain : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>info@, support@, no-reply@ ...: matches nobody.</summary>
    /// <param name="address">Normalised.</param>
    public static bool IsShared(string address) => Roles.Contains(address[..address.IndexOf('@', StringComparison.Ordinal)]);

    /// <summary>The mailbox behind an address: without what follows a plus, and at Gmail without dots. Good for a suggestion, never a proof.</summary>
    public static string Mailbox(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var (local, domain) = (address[..at], address[(at + 1)..]);
        if (local.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus) { local = local[..plus]; }
        return DotsDontCount.Contains(domain) ? local.Replace(".", "", StringComparison.Ordinal) + "@gmail.com" : local + "@" + domain;
    }

    /// <summary>One slip of the finger apart.</summary>
    public static bool MayBeSlip(string left, string right) => left != right && left.Length >= 9 && Slips.Distance(left, right, 1) == 1;
}
