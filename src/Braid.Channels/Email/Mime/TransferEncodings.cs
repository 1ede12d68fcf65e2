namespace Braid.Channels.Email.Mime;

/// <summary>RFC 2045 §6, as tolerant as real mail needs: foreign bytes, missing padding and broken escapes cost those bytes only.</summary>
internal static class TransferEncodings
{
    public static byte[] Decode(ReadOnlySpan<byte> body, string? encoding)
    {
        var name = (encoding ?? "").AsSpan().Trim();
        // "quoted-printable; charset=..." and "base64 (comment)" are seen: the first word counts.
        var end = name.IndexOfAny(" \t;(");
        name = end < 0 ? name : name[..end];
        if (name.Equals("base64", StringComparison.OrdinalIgnoreCase)) { return Base64(body); }
        if (name.Equals("quoted-printable", StringComparison.OrdinalIgnoreCase)) { return QuotedPrintable(body); }
        if (name.Equals("x-uuencode", StringComparison.OrdinalIgnoreCase) || name.Equals("uuencode", StringComparison.OrdinalIgnoreCase)
            || name.Equals("x-uue", StringComparison.OrdinalIgnoreCase))
        {
            return Uuencoded(body);
        }

        return body.ToArray();
    }

    public static byte[] Base64(ReadOnlySpan<byte> body)
    {
        var result = new byte[(body.Length / 4 * 3) + 3];
        var length = 0;
        uint bits = 0;
        var count = 0;
        foreach (var b in body)
        {
            if (b == '=')
            {
                // End of a run: several padded runs may follow each other.
                count = 0;
                continue;
            }

            var value = Base64Value(b);
            if (value < 0) { continue; }
            bits = (bits << 6) | (uint)value;
            count += 6;
            if (count >= 8)
            {
                count -= 8;
                result[length++] = (byte)(bits >> count);
            }
        }

        return result[..length];
    }

    public static byte[] QuotedPrintable(ReadOnlySpan<byte> body)
    {
        var result = new byte[body.Length];
        var length = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var b = body[i];
            if (b is (byte)' ' or (byte)'\t')
            {
                // White space before the line's end was added on the way.
                var next = body[i..].IndexOfAnyExcept((byte)' ', (byte)'\t');
                if (next < 0 || body[i + next] is (byte)'\r' or (byte)'\n')
                {
                    i += (next < 0 ? body.Length - i : next) - 1;
                    continue;
                }

                body.Slice(i, next).CopyTo(result.AsSpan(length));
                length += next;
                i += next - 1;
                continue;
            }

            if (b != '=')
            {
                result[length++] = b;
                continue;
            }

            if (i + 2 < body.Length && Hex(body[i + 1]) is >= 0 and var high && Hex(body[i + 2]) is >= 0 and var low)
            {
                result[length++] = (byte)((high << 4) | low);
                i += 2;
                continue;
            }

            var rest = body[(i + 1)..];
            var blank = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
            if (rest.IsEmpty || blank < 0) { break; }
            if (rest[blank] is (byte)'\r' or (byte)'\n')
            {
                i += blank + 1;
                if (body[i] == '\r' && i + 1 < body.Length && body[i + 1] == '\n') { i++; }
                continue;
            }

            result[length++] = b;
        }

        return result[..length];
    }

    public static byte[] Uuencoded(ReadOnlySpan<byte> body)
    {
        using var result = new MemoryStream();
        Span<byte> four = stackalloc byte[4];
        var started = false;
        foreach (var range in Lines.Of(body))
        {
            var line = body[range];
            if (!started)
            {
                started = line.StartsWith("begin "u8);
                continue;
            }

            if (line.StartsWith("end"u8) || line.IsEmpty || line[0] is (byte)'`' or (byte)' ') { break; }
            var expected = (line[0] - 32) & 63;
            line = line[1..];
            while (expected > 0 && line.Length > 1)
            {
                four.Clear();
                line[..Math.Min(4, line.Length)].CopyTo(four);
                var bits = 0;
                foreach (var c in four) { bits = (bits << 6) | ((c - 32) & 63); }
                for (var k = 0; k < 3 && expected > 0; k++, expected--) { result.WriteByte((byte)(bits >> (16 - (8 * k)))); }
                line = line[Math.Min(4, line.Length)..];
            }
        }

        return started ? result.ToArray() : body.ToArray();
    }

    internal static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };

    private static int Base64Value(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
