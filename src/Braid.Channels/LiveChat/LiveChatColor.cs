using System.Globalization;

namespace Braid.Channels.LiveChat;

/// <summary>The brand's colour, made dark enough for white text (WCAG AA, 4.5:1).</summary>
public static class LiveChatColor
{
    public const string Default = "#0e5366";

    // (1 + 0.05) / (L + 0.05) >= 4.5, solved for the luminance L.
    private const double DarkEnough = 1.05 / 4.5 - 0.05;

    /// <summary>Scaled in linear light, so hue and saturation stay what the brand chose. Anything that is no colour gives the default.</summary>
    public static string ForWhiteText(string? color)
    {
        if (Parse(color) is not { } rgb) { return Default; }

        var luminance = Luminance(rgb);
        if (luminance <= DarkEnough) { return Hex(rgb); }

        var scale = DarkEnough / luminance;
        // Rounding down keeps the promise; rounding to nearest could miss 4.5 by a hair.
        return Hex(Array.ConvertAll(rgb, c => (byte)Math.Floor(Encode(Linear(c) * scale) * 255)));
    }

    public static double ContrastWithWhite(string color) => 1.05 / (Luminance(Parse(color) ?? [255, 255, 255]) + 0.05);

    private static byte[]? Parse(string? color) =>
        color is ['#', .. { Length: 6 } digits] && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? [(byte)(value >> 16), (byte)(value >> 8), (byte)value]
            : null;

    private static string Hex(byte[] rgb) => "#" + Convert.ToHexStringLower(rgb);

    private static double Luminance(byte[] rgb) => 0.2126 * Linear(rgb[0]) + 0.7152 * Linear(rgb[1]) + 0.0722 * Linear(rgb[2]);

    private static double Linear(byte channel)
    {
        var c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    private static double Encode(double linear) => linear <= 0.0031308 ? linear * 12.92 : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;
}
