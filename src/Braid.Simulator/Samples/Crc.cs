namespace Braid.Simulator.Samples;

/// <summary>The two checksums our file formats want; System.IO.Hashing would be a package for twenty lines.</summary>
internal static class Crc
{
    /// <summary>CRC-32 of PNG (reflected, inverted).</summary>
    public static uint Png(params ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>CRC-32 of Ogg pages (not reflected, starts at 0).</summary>
    public static uint Ogg(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var b in bytes)
        {
            crc ^= (uint)b << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000u) != 0 ? (crc << 1) ^ 0x04C11DB7u : crc << 1;
            }
        }

        return crc;
    }
}
