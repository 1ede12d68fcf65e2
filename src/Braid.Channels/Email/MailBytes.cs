namespace Braid.Channels.Email;

/// <summary>Reads a body up to a limit, so that a huge mail costs no more than that.</summary>
internal static class MailBytes
{
    /// <returns>The bytes, and whether more would have come.</returns>
    public static async Task<(byte[] Bytes, bool Cut)> ReadAsync(HttpContent content, long most, CancellationToken ct)
    {
        using var _ = content;
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, ct)) > 0)
        {
            bytes.Write(chunk, 0, read);
            if (bytes.Length > most) { return (bytes.ToArray(), true); }
        }

        return (bytes.ToArray(), false);
    }

    /// <summary>The fields of a mail, without what follows them.</summary>
    public static byte[] HeaderOf(byte[] raw)
    {
        var crlf = raw.AsSpan().IndexOf("\r\n\r\n"u8);
        var lf = raw.AsSpan().IndexOf("\n\n"u8);
        var end = crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : Math.Min(raw.Length, 64 * 1024);
        return raw[..end];
    }
}
