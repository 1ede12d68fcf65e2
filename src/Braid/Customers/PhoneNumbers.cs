using System.Collections.Frozen;

namespace Braid.Customers;

/// <summary>
/// Phone numbers as E.164, for matching. Knows how each region dials, not which numbers are in use: `+` and the international prefix work
/// everywhere, national numbers need the region.
/// </summary>
internal static class PhoneNumbers
{
    /// <param name="text">As a person types it: `+65 8123 4455`, `0049 (0)30 123`, `030/123`.</param>
    /// <param name="defaultRegion">ISO 3166 code, for numbers without a country; null = they are refused.</param>
    /// <returns>`+` and 7 to 15 digits, or null when it can't be one.</returns>
    public static string? Normalise(string text, string? defaultRegion)
    {
        var trimmed = text.Trim();
        var international = trimmed.StartsWith('+') || trimmed.StartsWith('＋');
        // "+44 (0)20 ...": the trunk zero in brackets is for callers at home only.
        var digits = Digits(international || trimmed.StartsWith("00", StringComparison.Ordinal) ? trimmed.Replace("(0)", "", StringComparison.Ordinal) : trimmed);
        if (digits is null)
        {
            return null;
        }

        var region = defaultRegion is null ? null : Regions.GetValueOrDefault(defaultRegion.ToUpperInvariant());
        if (international)
        {
            return Plausible(digits);
        }

        if (region is not null && digits.StartsWith(region.International, StringComparison.Ordinal))
        {
            return Plausible(digits[region.International.Length..]);
        }

        if (digits.StartsWith("00", StringComparison.Ordinal) && region?.International is null or "00")
        {
            return Plausible(digits[2..]);
        }

        if (region is null)
        {
            return null;
        }

        var national = region.Trunk.Length > 0 && digits.StartsWith(region.Trunk, StringComparison.Ordinal) && digits.Length > region.Shortest ? digits[region.Trunk.Length..] : digits;
        return national.Length < region.Shortest || national.Length > region.Longest ? null : Plausible(region.Code + national);
    }

    /// <summary>
    /// A number and its other spelling where a country changed how mobiles are written and both are met: Brazil's ninth digit, Mexico's 1 and
    /// Argentina's 9 after the country code. What one provider writes one way another writes the other.
    /// </summary>
    /// <param name="e164">Normalised.</param>
    public static IReadOnlyList<string> Forms(string e164) => e164 switch
    {
        ['+', '5', '5', _, _, '9', >= '6' and <= '9', ..] when e164.Length == 14 => [e164, string.Concat(e164.AsSpan(0, 5), e164.AsSpan(6))],
        ['+', '5', '5', _, _, >= '6' and <= '9', ..] when e164.Length == 13 => [e164, string.Concat(e164.AsSpan(0, 5), "9", e164.AsSpan(5))],
        ['+', '5', '2', '1', ..] when e164.Length == 14 => [e164, string.Concat("+52", e164.AsSpan(4))],
        ['+', '5', '2', not '1', ..] when e164.Length == 13 => [e164, string.Concat("+521", e164.AsSpan(3))],
        ['+', '5', '4', '9', ..] when e164.Length == 14 => [e164, string.Concat("+54", e164.AsSpan(4))],
        ['+', '5', '4', not '9', ..] when e164.Length == 13 => [e164, string.Concat("+549", e164.AsSpan(3))],
        _ => [e164],
    };

    /// <summary>Null where there is anything but digits and the usual punctuation. Digits of other scripts are read as ours.</summary>
    private static string? Digits(string text)
    {
        var digits = new List<char>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsDigit(text[i]))
            {
                digits.Add((char)('0' + (int)char.GetNumericValue(text[i])));
            }
            else if (!(" ()-./\u00a0\u2010\u2011\u2012\u2013\u202f".Contains(text[i], StringComparison.Ordinal) || (i == 0 && text[i] is '+' or '＋')))
            {
                return null;
            }
        }

        return new string([.. digits]);
    }

    private static string? Plausible(string digits) => digits.Length is >= 7 and <= 15 && digits[0] != '0' ? "+" + digits : null;

    /// <param name="Trunk">What is dialled before national numbers and falls away abroad.</param>
    /// <param name="Shortest">Length of a national number, without trunk prefix.</param>
    private sealed record Region(string Code, string Trunk, int Shortest, int Longest, string International = "00");

    private static readonly FrozenDictionary<string, Region> Regions = new Dictionary<string, Region>
    {
        ["AE"] = new("971", "0", 8, 9), ["AR"] = new("54", "0", 10, 11), ["AT"] = new("43", "0", 4, 13), ["AU"] = new("61", "0", 9, 9, "0011"),
        ["BD"] = new("880", "0", 8, 10), ["BE"] = new("32", "0", 8, 9), ["BR"] = new("55", "0", 10, 11), ["CA"] = new("1", "1", 10, 10, "011"),
        ["CH"] = new("41", "0", 9, 9), ["CL"] = new("56", "", 9, 9), ["CN"] = new("86", "0", 9, 12), ["CO"] = new("57", "0", 8, 10),
        ["CZ"] = new("420", "", 9, 9), ["DE"] = new("49", "0", 5, 13), ["DK"] = new("45", "", 8, 8), ["EG"] = new("20", "0", 8, 10),
        ["ES"] = new("34", "", 9, 9), ["FI"] = new("358", "0", 5, 12), ["FR"] = new("33", "0", 9, 9), ["GB"] = new("44", "0", 9, 10),
        ["GR"] = new("30", "", 10, 10), ["HK"] = new("852", "", 8, 8, "001"), ["HU"] = new("36", "06", 8, 9), ["ID"] = new("62", "0", 7, 12, "001"),
        ["IE"] = new("353", "0", 7, 9), ["IL"] = new("972", "0", 8, 9), ["IN"] = new("91", "0", 10, 10), ["IT"] = new("39", "", 6, 11),
        ["JP"] = new("81", "0", 9, 10, "010"), ["KE"] = new("254", "0", 9, 9, "000"), ["KR"] = new("82", "0", 8, 10, "001"), ["MA"] = new("212", "0", 9, 9),
        ["MX"] = new("52", "", 10, 10), ["MY"] = new("60", "0", 8, 10), ["NG"] = new("234", "0", 7, 10, "009"), ["NL"] = new("31", "0", 9, 9),
        ["NO"] = new("47", "", 8, 8), ["NZ"] = new("64", "0", 8, 10), ["PH"] = new("63", "0", 8, 10), ["PK"] = new("92", "0", 9, 10),
        ["PL"] = new("48", "", 9, 9), ["PT"] = new("351", "", 9, 9), ["RO"] = new("40", "0", 9, 9), ["RU"] = new("7", "8", 10, 10, "810"),
        ["SA"] = new("966", "0", 8, 9), ["SE"] = new("46", "0", 7, 10), ["SG"] = new("65", "", 8, 8, "001"), ["TH"] = new("66", "0", 8, 9, "001"),
        ["TR"] = new("90", "0", 10, 10), ["TW"] = new("886", "0", 8, 9, "002"), ["UA"] = new("380", "0", 9, 9), ["US"] = new("1", "1", 10, 10, "011"),
        ["VN"] = new("84", "0", 9, 10), ["ZA"] = new("27", "0", 9, 9),
    }.ToFrozenDictionary();
}
