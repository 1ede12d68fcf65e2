using System.Globalization;

namespace Braid.Customers;

/// <summary>One spelling per mailbox: lower case, the domain in its ASCII form, so that münchen.example and its punycode are one key.</summary>
internal static class EmailAddresses
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

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
}
