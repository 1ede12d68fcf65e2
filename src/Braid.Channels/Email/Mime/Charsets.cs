using System.Collections.Frozen;
using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>
/// Bytes to text by the labels mail really carries. Follows the WHATWG table (`iso-8859-1` means windows-1252), because that is what
/// the sending programs meant. Never throws: what can't be decoded becomes U+FFFD.
/// </summary>
internal static class Charsets
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    // Names .NET doesn't know, or knows as something narrower than what is sent under them.
    private static readonly FrozenDictionary<string, int> CodePages = new Dictionary<string, int>
    {
        ["utf8"] = 65001, ["utf-8"] = 65001, ["unicode-1-1-utf-8"] = 65001, ["unicode-1-1-utf-7"] = Utf7.CodePage, ["utf-7"] = Utf7.CodePage,
        ["utf7"] = Utf7.CodePage, ["utf-16"] = 1200, ["utf-16le"] = 1200, ["utf-16be"] = 1201, ["ucs-2"] = 1200,
        ["iso-8859-1"] = 1252, ["iso8859-1"] = 1252, ["iso_8859-1"] = 1252, ["latin1"] = 1252, ["latin-1"] = 1252, ["l1"] = 1252, ["cp1252"] = 1252,
        ["windows-1252"] = 1252, ["iso88591"] = 1252, ["8859_1"] = 1252, ["x-cp1252"] = 1252,
        ["iso-8859-9"] = 1254, ["latin5"] = 1254, ["iso-8859-8-i"] = 38598, ["iso-8859-11"] = 874, ["tis-620"] = 874, ["iso-8859-15"] = 28605,
        ["iso8859-15"] = 28605, ["latin9"] = 28605, ["latin-9"] = 28605,
        ["gb2312"] = 54936, ["gbk"] = 54936, ["x-gbk"] = 54936, ["cp936"] = 54936, ["gb18030"] = 54936, ["gb_2312-80"] = 54936, ["euc-cn"] = 54936,
        ["ks_c_5601-1987"] = 949, ["ks_c_5601"] = 949, ["euc-kr"] = 949, ["cp949"] = 949, ["windows-949"] = 949, ["korean"] = 949, ["uhc"] = 949,
        ["shift_jis"] = 932, ["shift-jis"] = 932, ["sjis"] = 932, ["x-sjis"] = 932, ["cp932"] = 932, ["windows-31j"] = 932, ["ms_kanji"] = 932,
        ["iso-2022-jp"] = 50220, ["iso-2022-jp-1"] = 50220, ["iso-2022-jp-2"] = 50220, ["iso-2022-jp-ms"] = 50220, ["cp50220"] = 50220,
        ["big5"] = 950, ["big5-hkscs"] = 950, ["cp950"] = 950, ["x-mac-roman"] = 10000, ["macroman"] = 10000, ["mac"] = 10000, ["macintosh"] = 10000,
        ["cp437"] = 437, ["ibm437"] = 437, ["cp850"] = 850, ["cp866"] = 866, ["koi8"] = 20866, ["koi8-r"] = 20866, ["koi8-u"] = 21866,
        ["cp1250"] = 1250, ["cp1251"] = 1251, ["win-1251"] = 1251, ["cp1253"] = 1253, ["cp1254"] = 1254, ["cp1255"] = 1255, ["cp1256"] = 1256,
        ["cp1257"] = 1257, ["cp1258"] = 1258, ["windows-874"] = 874,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static Charsets() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(ReadOnlySpan<byte> bytes, string? label)
    {
        var page = CodePageOf(label);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return TryUtf8(bytes[3..]) ?? Encoding.UTF8.GetString(bytes[3..]);
        }

        if (page == Utf7.CodePage)
        {
            return Utf7.Decode(bytes);
        }

        if (page is null)
        {
            return TryUtf8(bytes) ?? Of(1252).GetString(bytes);
        }

        // A single-byte label over bytes that are valid UTF-8 is a wrong label: chance would hardly produce it.
        if (IsSingleByte(page.Value) && HasHighBytes(bytes) && TryUtf8(bytes) is { } utf8)
        {
            return utf8;
        }

        return Of(page.Value).GetString(bytes).TrimStart('\uFEFF');
    }

    /// <summary>Header bytes carry no label: strict UTF-8, else windows-1252.</summary>
    public static string DecodeUnlabelled(ReadOnlySpan<byte> bytes) => TryUtf8(bytes) ?? Of(1252).GetString(bytes);

    public static Encoding Of(int codePage) =>
        Encoding.GetEncoding(codePage, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));

    private static int? CodePageOf(string? label)
    {
        var name = label?.Trim().Trim('"', '\'').Trim() ?? "";
        if (name.Length is 0 or > 40 || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) || name.Equals("ascii", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (CodePages.TryGetValue(name, out var page))
        {
            return page;
        }

        try
        {
            return Encoding.GetEncoding(name).CodePage is var known && known is 20127 ? null : known;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsSingleByte(int page) => page is >= 1250 and <= 1258 or >= 28591 and <= 28606;

    private static bool HasHighBytes(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF);

    private static string? TryUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
