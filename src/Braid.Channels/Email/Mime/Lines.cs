namespace Braid.Channels.Email.Mime;

/// <summary>Walks lines that end in CRLF, LF or a lone CR, without copying.</summary>
internal static class Lines
{
    public static Enumerator Of(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Index just after the line that starts at <paramref name="start"/>; `end` is where its text ends.</summary>
    public static int Next(ReadOnlySpan<byte> bytes, int start, out int end)
    {
        var at = bytes[start..].IndexOfAny((byte)'\r', (byte)'\n');
        if (at < 0)
        {
            end = bytes.Length;
            return bytes.Length;
        }

        end = start + at;
        return bytes[end] == '\r' && end + 1 < bytes.Length && bytes[end + 1] == '\n' ? end + 2 : end + 1;
    }

    internal ref struct Enumerator(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int next;

        public Range Current { get; private set; }

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next >= bytes.Length) { return false; }
            var start = next;
            next = Next(bytes, start, out var end);
            Current = start..end;
            return true;
        }
    }
}
