using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>RFC 2152, reading only, and its IMAP variant (RFC 3501 §5.1.3) for folder names. .NET has neither any more.</summary>
internal static class Utf7
{
    public const int CodePage = 65000;

    public static string Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, (byte)'+', (byte)'/');

    public static string DecodeFolder(ReadOnlySpan<byte> bytes) => Decode(bytes, (byte)'&', (byte)',');

    /// <summary>Folder names as IMAP wants them: printable ASCII as it is, the rest as `&amp;base64-`.</summary>
    public static string EncodeFolder(string name)
    {
        var text = new StringBuilder(name.Length);
        var run = new StringBuilder();
        foreach (var c in name)
        {
            if (c is >= ' ' and <= '~')
            {
                Flush();
                text.Append(c == '&' ? "&-" : c.ToString());
            }
            else
            {
                run.Append(c);
            }
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            if (run.Length == 0) { return; }
            var encoded = Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(run.ToString())).TrimEnd('=').Replace('/', ',');
            text.Append('&').Append(encoded).Append('-');
            run.Clear();
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes, byte shift, byte last)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != shift)
            {
                text.Append((char)bytes[i]);
                continue;
            }

            if (i + 1 < bytes.Length && bytes[i + 1] == '-')
            {
                text.Append((char)shift);
                i++;
                continue;
            }

            uint bits = 0;
            var count = 0;
            for (i++; i < bytes.Length && Value(bytes[i], last) is >= 0 and var value; i++)
            {
                bits = (bits << 6) | (uint)value;
                count += 6;
                if (count >= 16)
                {
                    count -= 16;
                    text.Append((char)((bits >> count) & 0xFFFF));
                }
            }

            if (i < bytes.Length && bytes[i] != '-') { i--; }
        }

        // Half a surrogate pair can hide in the base64: the round trip turns it into U+FFFD.
        return Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text.ToString()));
    }

    private static int Value(byte b, byte last) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        _ => b == last ? 63 : -1,
    };
}
