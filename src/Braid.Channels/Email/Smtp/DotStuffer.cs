namespace Braid.Channels.Email.Smtp;

/// <summary>Doubles dots at line starts (RFC 5321 §4.5.2); remembers across blocks whether a line has just ended.</summary>
internal sealed class DotStuffer
{
    private bool atLineStart = true;

    public ReadOnlyMemory<byte> Stuff(ReadOnlySpan<byte> block)
    {
        var result = new byte[block.Length * 2];
        var length = 0;
        foreach (var b in block)
        {
            if (b == '.' && atLineStart) { result[length++] = (byte)'.'; }
            result[length++] = b;
            atLineStart = b == '\n';
        }

        return result.AsMemory(0, length);
    }
}
