using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Xmpp;

/// <summary>SCRAM (RFC 5802) without channel binding: the password never leaves, and the server proves that it knows it, too.</summary>
internal sealed class ScramClient(string mechanism, string user, string password, string nonce)
{
    private readonly HashAlgorithmName hash = mechanism == "SCRAM-SHA-256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
    private byte[] serverSignature = [];

    private string FirstBare => $"n={user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    public string First() => "n,," + FirstBare;

    /// <summary>The proof; null when the server's challenge is none.</summary>
    public string? Final(string challenge)
    {
        var parts = Parts(challenge);
        if (!parts.TryGetValue('r', out var both) || !both.StartsWith(nonce, StringComparison.Ordinal) || both.Length == nonce.Length
            || !parts.TryGetValue('s', out var salt) || !parts.TryGetValue('i', out var rounds) || !int.TryParse(rounds, out var iterations) || iterations is < 1 or > 10_000_000)
        {
            return null;
        }

        byte[] salted;
        try
        {
            salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), Convert.FromBase64String(salt), iterations, hash, hash == HashAlgorithmName.SHA256 ? 32 : 20);
        }
        catch (FormatException)
        {
            return null;
        }

        var withoutProof = $"c=biws,r={both}";
        var message = Encoding.UTF8.GetBytes($"{FirstBare},{challenge},{withoutProof}");
        var clientKey = Mac(salted, "Client Key"u8);
        var signature = Mac(CryptographicOperations.HashData(hash, clientKey), message);
        serverSignature = Mac(Mac(salted, "Server Key"u8), message);
        return $"{withoutProof},p={Convert.ToBase64String([.. clientKey.Zip(signature, (a, b) => (byte)(a ^ b))])}";
    }

    /// <summary>Is it really the server that knows the password?</summary>
    public bool IsProven(string success) =>
        Parts(success).TryGetValue('v', out var v) && serverSignature.Length > 0 && Common.Signatures.Base64(v) is { } given && CryptographicOperations.FixedTimeEquals(given, serverSignature);

    private byte[] Mac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(hash, key, data);

    private static Dictionary<char, string> Parts(string text)
    {
        var parts = new Dictionary<char, string>();
        foreach (var part in text.Split(','))
        {
            if (part.Length > 1 && part[1] == '=') { parts.TryAdd(part[0], part[2..]); }
        }

        return parts;
    }
}
