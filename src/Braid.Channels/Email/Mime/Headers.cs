using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>One header field: unfolded and decoded from bytes, encoded words still as they are.</summary>
internal sealed record HeaderField(string Name, string Value);

/// <summary>A header block (RFC 5322 §2.2). Names ignore case; duplicates are kept in order.</summary>
internal sealed class Headers(IReadOnlyList<HeaderField> fields)
{
    public static readonly Headers None = new([]);

    public IReadOnlyList<HeaderField> Fields { get; } = fields;

    public string? First(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) { return field.Value; }
        }

        return null;
    }

    public bool Has(string name) => First(name) is not null;

    public IEnumerable<string> All(string name) => Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value);

    /// <summary>To, Cc and References may be split over several fields.</summary>
    public string Joined(string name, string with = ", ") => string.Join(with, All(name).Where(v => !string.IsNullOrWhiteSpace(v)));

    /// <summary>
    /// Reads the block at the start and says where the body begins. A stray line without a colon is skipped when fields follow;
    /// when none do, the body starts there. When the first line is no field at all, everything is body. Only a whole mail (`top`) may begin
    /// with blank lines: in a part they mean that it has no fields.
    /// </summary>
    public static Headers Read(ReadOnlySpan<byte> bytes, out int bodyStart, bool top = true)
    {
        var fields = new List<HeaderField>();
        var position = top ? SkipPreface(bytes) : 0;
        bodyStart = position;
        var strayStart = -1;
        var kept = 0;
        while (position < bytes.Length)
        {
            var next = Lines.Next(bytes, position, out var end);
            var line = bytes[position..end];
            if (IsBlank(line) && !FieldGoesOn(bytes, next, line))
            {
                bodyStart = strayStart >= 0 && fields.Count == 0 ? strayStart : next;
                return new Headers(fields);
            }

            var colon = NameEnd(line);
            if (colon < 0)
            {
                if (strayStart < 0) { strayStart = position; }
                position = next;
                if (position - strayStart > 4096) { break; }
                continue;
            }

            strayStart = -1;
            var valueStart = position + colon + 1;
            var pieces = end - valueStart;
            var stop = end;
            while (next < bytes.Length && bytes[next] is (byte)' ' or (byte)'\t')
            {
                var after = Lines.Next(bytes, next, out var foldEnd);
                if (IsBlank(bytes[next..foldEnd]) && !FieldGoesOn(bytes, after, bytes[next..foldEnd])) { break; }
                stop = foldEnd;
                pieces += foldEnd - next;
                next = after;
            }

            kept += pieces;
            if (kept <= MimeLimits.HeaderBytes)
            {
                fields.Add(new HeaderField(Encoding.ASCII.GetString(line[..colon]).Trim(), Unfold(bytes[valueStart..stop])));
            }

            position = bodyStart = next;
        }

        if (strayStart >= 0) { bodyStart = strayStart; }
        return new Headers(fields);
    }

    // A line of white space only ends the block, unless more folding or another field follows: then it is a careless fold.
    private static bool FieldGoesOn(ReadOnlySpan<byte> bytes, int next, ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || next >= bytes.Length) { return false; }
        if (bytes[next] is (byte)' ' or (byte)'\t') { return true; }
        Lines.Next(bytes, next, out var end);
        return NameEnd(bytes[next..end]) > 0;
    }

    private static int SkipPreface(ReadOnlySpan<byte> bytes)
    {
        var position = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        while (position < bytes.Length)
        {
            var next = Lines.Next(bytes, position, out var end);
            if (!IsBlank(bytes[position..end])) { break; }
            position = next;
        }

        if (bytes[position..].StartsWith("From "u8) || bytes[position..].StartsWith(">From "u8))
        {
            position = Lines.Next(bytes, position, out _);
        }

        return position;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>The colon after a field name: printable ASCII without spaces, though white space before the colon is forgiven.</summary>
    private static int NameEnd(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || colon > 1000) { return -1; }
        var name = line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)33, (byte)126) < 0 ? colon : -1;
    }

    private static string Unfold(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny((byte)'\r', (byte)'\n') < 0) { return Charsets.DecodeUnlabelled(value).Trim(); }
        var flat = new byte[value.Length];
        var length = 0;
        foreach (var b in value)
        {
            if (b is not ((byte)'\r' or (byte)'\n')) { flat[length++] = b; }
        }

        return Charsets.DecodeUnlabelled(flat.AsSpan(0, length)).Trim();
    }
}
