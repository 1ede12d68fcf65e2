using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Braid.Platform.Data;

/// <summary>
/// UUIDv7 with random bits drawn ahead, some dozens at a time: a batch makes thousands of ids, and `Guid.CreateVersion7` asks the kernel for
/// each of them.
/// </summary>
internal static class NewIds
{
    private const int Size = 16;

    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int used;

    public static Guid Next()
    {
        var pool = random ??= new byte[Size * 64];
        if (used == 0 || used == pool.Length)
        {
            RandomNumberGenerator.Fill(pool);
            used = 0;
        }

        var id = pool.AsSpan(used, Size);
        used += Size;
        // RFC 9562: 48 bits of Unix milliseconds, the version, 12 random bits, the variant, 62 random bits.
        var versionAndRandom = 0x7000 | ((id[6] & 0x0F) << 8) | id[7];
        BinaryPrimitives.WriteInt64BigEndian(id, (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() << 16) | (uint)versionAndRandom);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
