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

    /// <summary>The form of providers that write numbers without `+`.</summary>
    public static string Bare(string address) => address.TrimStart('+');
}
