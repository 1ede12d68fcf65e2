using System.Buffers.Binary;

namespace Braid.Simulator.Samples;

/// <summary>A playable Ogg Opus file of silence (RFC 7845): two header pages, then one page per second of 20 ms packets.</summary>
internal static class SampleOpus
{
    private const uint Serial = 0x42524149;

    // A CELT frame of 20 ms that decodes to silence.
    private static readonly byte[] Quiet = [0xF8, 0xFF, 0xFE];

    public static byte[] Silence(int seconds)
    {
        using var file = new MemoryStream();
        byte[] head = [.. "OpusHead"u8, 1, 1, 0x38, 0x01, 0x80, 0xBB, 0, 0, 0, 0, 0];
        byte[] tags = [.. "OpusTags"u8, 5, 0, 0, 0, .. "braid"u8, 0, 0, 0, 0];
        Page(file, 2, 0, 0, [head]);
        Page(file, 0, 0, 1, [tags]);
        for (var second = 1; second <= seconds; second++)
        {
            Page(file, second == seconds ? (byte)4 : (byte)0, 48_000L * second, (uint)second + 1, [.. Enumerable.Repeat(Quiet, 50)]);
        }

        return file.ToArray();
    }

    private static void Page(MemoryStream file, byte flags, long position, uint sequence, byte[][] packets)
    {
        var page = new byte[27 + packets.Length + packets.Sum(p => p.Length)];
        "OggS"u8.CopyTo(page);
        page[5] = flags;
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(6), position);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), Serial);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), sequence);
        page[26] = (byte)packets.Length;
        var at = 27 + packets.Length;
        for (var i = 0; i < packets.Length; i++)
        {
            page[27 + i] = (byte)packets[i].Length;
            packets[i].CopyTo(page, at);
            at += packets[i].Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), Crc.Ogg(page));
        file.Write(page);
    }
}
