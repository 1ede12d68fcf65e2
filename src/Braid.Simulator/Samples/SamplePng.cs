using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Braid.Simulator.Samples;

/// <summary>Draws little landscapes: a sky, two hills, a sun. Ours from the first pixel, so there is nobody's licence to keep.</summary>
internal static class SamplePng
{
    private static readonly (byte R, byte G, byte B)[] Skies = [(247, 214, 178), (196, 221, 240), (226, 205, 232), (252, 232, 190), (190, 226, 214)];
    private static readonly (byte R, byte G, byte B)[] Hills = [(84, 110, 92), (58, 84, 110), (112, 84, 74), (70, 96, 64), (92, 72, 104)];

    public static byte[] Draw(int width, int height, int number)
    {
        var rows = new byte[height * ((width * 3) + 1)];
        var sky = Skies[number % Skies.Length];
        var hill = Hills[number * 3 % Hills.Length];
        var (sunX, sunY) = ((width / 5) + (number * 67 % (width / 2)), height / 4);
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            rows[at++] = 0; // filter: none
            for (var x = 0; x < width; x++)
            {
                var near = (height * 0.72) + (Math.Sin((x + (number * 40)) / 70.0) * height * 0.07);
                var far = (height * 0.55) + (Math.Sin((x + (number * 90)) / 120.0) * height * 0.10);
                var sun = ((x - sunX) * (x - sunX)) + ((y - sunY) * (y - sunY)) < height * height / 90;
                var (r, g, b) = y > near ? hill : y > far ? Mix(hill, sky, 0.45) : sun ? ((byte)255, (byte)250, (byte)232) : Mix(sky, (255, 255, 255), y / (double)height);
                (rows[at], rows[at + 1], rows[at + 2]) = (r, g, b);
                at += 3;
            }
        }

        return Encode(width, height, rows);
    }

    private static (byte R, byte G, byte B) Mix((byte R, byte G, byte B) a, (byte R, byte G, byte B) b, double share) =>
        ((byte)(a.R + ((b.R - a.R) * share)), (byte)(a.G + ((b.G - a.G) * share)), (byte)(a.B + ((b.B - a.B) * share)));

    private static byte[] Encode(int width, int height, byte[] rows)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2); // 8 bits, RGB
        Chunk(file, "IHDR", head);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc.Png(body));
        file.Write(number);
    }
}
