using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.IO;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Braid.Channels.AppleMessages;

/// <summary>
/// Files lie encrypted at Apple (AES-256 in counter mode, the counter from zero); the key travels in the message, written as `00` and
/// hexadecimal.
/// </summary>
internal static class AppleFile
{
    public static InboundAttachment Read(JsonElement file)
    {
        var type = file.Text("mimeType");
        return new(type?.Split('/')[0] switch { "image" => AttachmentKind.Image, "video" => AttachmentKind.Video, "audio" => AttachmentKind.Audio, _ => AttachmentKind.File })
        {
            Name = file.Text("name"),
            ContentType = type,
            Size = file.Number("size"),
            MediaRef = Reference(file),
        };
    }

    /// <summary>All that is needed to fetch and decrypt it later.</summary>
    private static string? Reference(JsonElement file)
    {
        if (file.Text("url") is not { } url || file.Text("owner") is not { } owner || file.Text("key") is not { } key) { return null; }
        var signature = Signatures.Base64(file.Text("signature-base64")) is { } bytes ? Convert.ToHexString(bytes) : file.Text("signature")?.ToUpperInvariant();
        return signature is null ? null : new JsonObject
        {
            ["url"] = url, ["owner"] = owner, ["key"] = key, ["signature"] = signature, ["name"] = file.Text("name"), ["type"] = file.Text("mimeType"), ["size"] = file.Number("size"),
        }.ToJsonString();
    }

    public static Stream Cipher(Stream stream, byte[] key)
    {
        var cipher = new BufferedBlockCipher(new SicBlockCipher(new AesEngine()));
        cipher.Init(true, new ParametersWithIV(new KeyParameter(key), new byte[16]));
        return new CipherStream(stream, cipher, null);
    }

    public static byte[]? Key(string? text) => Signatures.Hex(text) is [0, .. { Length: 32 } key] ? key : null;
}
