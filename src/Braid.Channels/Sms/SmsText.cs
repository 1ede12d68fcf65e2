using System.Buffers;
using Braid.Channels.Common;

namespace Braid.Channels.Sms;

/// <summary>
/// How a text travels (3GPP TS 23.038): in the basic alphabet 160 characters fit into one part and 153 into each of several, its extension
/// characters counting twice; with any other character in it 70 and 67 UTF-16 code units.
/// </summary>
internal static class SmsText
{
    private static readonly SearchValues<char> Basic = SearchValues.Create(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f");

    private static readonly SearchValues<char> Extension = SearchValues.Create("^{}\\[~]|€\f");

    public static bool IsBasic(string text) => !text.AsSpan().ContainsAnyExcept(Basic);

    /// <summary>How many parts the provider charges for.</summary>
    public static int Parts(string text)
    {
        var basic = IsBasic(text);
        var (alone, each) = basic ? (160, 153) : (70, 67);
        var units = basic ? Units(text) : text.Length;
        return units <= alone ? 1 : (units + each - 1) / each;
    }

    /// <summary>Cuts where the provider's largest message ends.</summary>
    public static IReadOnlyList<string> Split(string text, SmsLimits limits)
    {
        var limit = !IsBasic(text) ? limits.AnyText
            // A few characters count twice; if there are any, as many may stand in one piece.
            : Units(text) > text.Length ? limits.BasicText / 2
            : limits.BasicText;
        return TextSplitter.Split(text, Math.Min(limit, SmsChannel.Limits.TextLength));
    }

    private static int Units(string text)
    {
        var units = text.Length;
        foreach (var c in text)
        {
            if (Extension.Contains(c)) { units++; }
        }

        return units;
    }
}
