namespace Braid.Channels.Common;

internal static class PhoneNumbers
{
    /// <summary>`+` and 8 to 15 digits; null for what is no international number: short codes, sender names, withheld numbers.</summary>
    public static string? E164(string? address)
    {
        var digits = address.AsSpan().TrimStart('+');
        if (digits.Length is < 8 or > 15 || digits[0] == '0' || address!.Length - digits.Length > 1) { return null; }
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c)) { return null; }
        }

        return $"+{digits}";
    }

    /// <summary>The digits of a number as a person typed it, perhaps without its country, which the inbox may know; null for what is no number.</summary>
    public static string? Typed(string? text) =>
        text is { Length: <= 40 } && string.Concat(text.Where(char.IsAsciiDigit)) is { Length: >= 6 and <= 15 } digits && text.All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '(' or ')' or '/' or '.') ? digits : null;

    /// <summary>The form of providers that write numbers without `+`.</summary>
    public static string Bare(string address) => address.TrimStart('+');
}
