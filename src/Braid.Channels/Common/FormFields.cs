using System.Text;

namespace Braid.Channels.Common;

/// <summary>
/// A form-encoded body, names and values decoded, in the order they came. What can't be decoded becomes U+FFFD; nothing throws.
/// </summary>
internal sealed class FormFields
{
    private FormFields(List<KeyValuePair<string, string>> fields) => Fields = fields;

    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>The body's fields; after them those of the query, where the provider calls with GET.</summary>
    public static FormFields Of(RawDelivery delivery)
    {
        var fields = ParseFields(delivery.Body.Span);
        fields.AddRange(delivery.Query);
        return new(fields);
    }

    /// <summary>Names, and values as the bytes they stand for: mail services post whole mails in any charset.</summary>
    public static List<KeyValuePair<string, byte[]>> Bytes(ReadOnlySpan<byte> body)
    {
        var fields = new List<KeyValuePair<string, byte[]>>();
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var field = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            if (field.IsEmpty) { continue; }
            var equals = field.IndexOf((byte)'=');
            fields.Add(new(Encoding.UTF8.GetString(DecodeBytes(equals < 0 ? field : field[..equals])), equals < 0 ? [] : DecodeBytes(field[(equals + 1)..])));
        }

        return fields;
    }

    public static FormFields Parse(ReadOnlySpan<byte> body) => new(ParseFields(body));

    /// <summary>As typed; null when absent or blank.</summary>
    public string? Text(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Key == name && !string.IsNullOrWhiteSpace(field.Value)) { return JsonText.WellFormed(field.Value); }
        }

        return null;
    }

    public int Number(string name) => int.TryParse(Text(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static List<KeyValuePair<string, string>> ParseFields(ReadOnlySpan<byte> body) =>
        [.. Bytes(body).Select(field => new KeyValuePair<string, string>(field.Key, Encoding.UTF8.GetString(field.Value)))];

    private static byte[] DecodeBytes(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && Hex(text[i + 1]) is >= 0 and var high && Hex(text[i + 2]) is >= 0 and var low)
            {
                decoded[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                decoded[length++] = text[i] == '+' ? (byte)' ' : text[i];
            }
        }

        return decoded[..length];
    }

    private static int Hex(byte c) => !char.IsAsciiHexDigit((char)c) ? -1 : c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
