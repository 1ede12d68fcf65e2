using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Platform.Secrets;

/// <summary>Secrets we hand out (session cookies, API tokens, invitations) and the hashes we keep of them.</summary>
internal static class RandomSecret
{
    public static string Make(string prefix = "", int bytes = 32) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>SHA-256, lower-case hex. Enough without salt, because what is hashed is random and long.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
