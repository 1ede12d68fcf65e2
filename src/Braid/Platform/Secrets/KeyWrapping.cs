using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Braid.Platform.Secrets;

/// <summary>AES-256-GCM under the master key: nonce, tag and text in one base64 value.</summary>
internal static class KeyWrapping
{
    public static string Wrap(string text, byte[] key)
    {
        var clear = Encoding.UTF8.GetBytes(text);
        var box = new byte[12 + 16 + clear.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(0, 12), clear, box.AsSpan(28), box.AsSpan(12, 16));
        return Convert.ToBase64String(box);
    }

    /// <summary>Throws <see cref="CryptographicException"/> under another master key.</summary>
    public static string Unwrap(string wrapped, byte[] key)
    {
        var box = Convert.FromBase64String(wrapped);
        var clear = new byte[box.Length - 28];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), clear);
        return Encoding.UTF8.GetString(clear);
    }
}

internal sealed class MasterKeyEncryptor(MasterKey master) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("wrapped", KeyWrapping.Wrap(plaintextElement.ToString(SaveOptions.DisableFormatting), master.Bytes)), typeof(MasterKeyDecryptor));
}

/// <summary>Made by the framework from the type's name in the stored key.</summary>
internal sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(KeyWrapping.Unwrap(encryptedElement.Value, services.GetRequiredService<MasterKey>().Bytes));
}
