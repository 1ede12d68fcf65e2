using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Simulator.WeChat;

/// <summary>WeChat's side of its signature and encryption.</summary>
internal static class WeChatEnvelope
{
    public static string Sign(params IEnumerable<string> parts)
    {
#pragma warning disable CA5350 // The protocol's own choice.
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Order(StringComparer.Ordinal)))));
#pragma warning restore CA5350
    }

    public static string Seal(string message, string encodingAesKey, string appId, byte[] random)
    {
        var key = Convert.FromBase64String(encodingAesKey + "=");
        var text = Encoding.UTF8.GetBytes(message);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        byte[] plain = [.. random, .. length, .. text, .. Encoding.UTF8.GetBytes(appId)];
        var padding = 32 - (plain.Length % 32);
        byte[] padded = [.. plain, .. Enumerable.Repeat((byte)padding, padding)];
        using var aes = Aes.Create();
        aes.Key = key;
        return Convert.ToBase64String(aes.EncryptCbc(padded, key.AsSpan(0, 16), PaddingMode.None));
    }
}
