using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>WeChat's signature and its envelope around encrypted messages.</summary>
internal static class WeChatCrypto
{
    private const int Block = 32;
    private const int RandomLength = 16;

    /// <summary>SHA-1 over the parts in ordinal order, joined without anything between them.</summary>
    public static string Signature(params string[] parts)
    {
        Array.Sort(parts, StringComparer.Ordinal);
#pragma warning disable CA5350 // WeChat signs with SHA-1 and nothing else.
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))));
#pragma warning restore CA5350
    }

    /// <summary>Null when the key does not fit, the padding is broken, or the message is meant for another account.</summary>
    public static string? Decrypt(string? encrypted, string? encodingAesKey, string appId)
    {
        if (Signatures.Base64(encodingAesKey + "=") is not { Length: 32 } key || Signatures.Base64(encrypted) is not { Length: > 0 } cipher || cipher.Length % 16 != 0)
        {
            return null;
        }

        using var aes = Aes.Create();
        aes.Key = key;
        // Padded to blocks of 32 bytes, which the framework would refuse: stripped by hand.
        var plain = aes.DecryptCbc(cipher, key.AsSpan(0, 16), PaddingMode.None);
        var padding = plain[^1];
        if (padding is < 1 or > Block || padding > plain.Length) { return null; }

        var content = plain.AsSpan(0, plain.Length - padding);
        if (content.Length < RandomLength + 4) { return null; }
        var length = BinaryPrimitives.ReadUInt32BigEndian(content[RandomLength..]);
        var rest = content[(RandomLength + 4)..];
        if (length > rest.Length) { return null; }
        return Encoding.UTF8.GetString(rest[(int)length..]) == appId ? Encoding.UTF8.GetString(rest[..(int)length]) : null;
    }
}
