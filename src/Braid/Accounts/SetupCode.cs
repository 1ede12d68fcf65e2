using System.Security.Cryptography;
using System.Text;

namespace Braid.Accounts;

/// <summary>The one-time code that the console prints at start while there is no owner. Lives in memory; a new start makes a new one.</summary>
internal sealed class SetupCode
{
    // Without letters and digits that look alike.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public string Code { get; } = RandomNumberGenerator.GetString(Alphabet, 4) + "-" + RandomNumberGenerator.GetString(Alphabet, 4);

    public bool Fits(string typed) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(Bare(typed))), SHA256.HashData(Encoding.UTF8.GetBytes(Bare(Code))));

    private static string Bare(string code) => code.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
