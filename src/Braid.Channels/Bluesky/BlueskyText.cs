using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Braid.Channels.Bluesky;

internal static partial class BlueskyText
{
    private const string Base32 = "234567abcdefghijklmnopqrstuvwxyz";

    /// <summary>Links are only links where a facet says so; its places are counted in UTF-8 bytes.</summary>
    public static JsonArray Links(string text) => new([.. Link().Matches(text).Select(JsonNode (match) =>
    {
        var start = Encoding.UTF8.GetByteCount(text.AsSpan(0, match.Index));
        return new JsonObject
        {
            ["index"] = new JsonObject { ["byteStart"] = start, ["byteEnd"] = start + Encoding.UTF8.GetByteCount(match.Value) },
            ["features"] = new JsonArray(new JsonObject { ["$type"] = "app.bsky.richtext.facet#link", ["uri"] = match.Value }),
        };
    })]);

    /// <summary>Our ids hold the time they were made (UUIDv7).</summary>
    public static DateTimeOffset Written(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return bytes[6] >> 4 == 7 && milliseconds < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;
    }

    /// <summary>
    /// A record key (TID: microseconds and a clock's number, in base 32) that is the same for every attempt of a message's part, so that a
    /// repeated post is the same post.
    /// </summary>
    public static string RecordKey(Guid id, string idempotencyKey, int part)
    {
        var hash = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)));
        var tid = (((Written(id).ToUnixTimeMilliseconds() * 1000) + (hash % 900) + part) << 10) | (hash >> 20 & 1023);
        var text = new char[13];
        for (var i = 12; i >= 0; i--, tid >>= 5) { text[i] = Base32[(int)(tid & 31)]; }
        return new string(text);
    }

    [GeneratedRegex(@"https?://[^\s<>""]*[^\s<>"".,;:!?)\]}'’]")]
    private static partial Regex Link();
}
