using Braid.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Braid.Accounts;

/// <summary>PBKDF2 by the framework. Checking an unknown person's password takes as long as a known one's.</summary>
internal sealed class Passwords
{
    public const int Shortest = 8;
    public const int Longest = 200;

    private readonly PasswordHasher<User> hasher;
    private readonly Lazy<string> nobody;

    public Passwords(IOptions<BraidOptions> options)
    {
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.Security.PasswordIterations }));
        nobody = new(() => Hash("nobody has this password"));
    }

    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <param name="user">Null for an unknown address.</param>
    /// <param name="rehash">The hash to keep from now on, when the old one is weaker than today's.</param>
    public bool Fits(User? user, string password, out string? rehash)
    {
        var result = hasher.VerifyHashedPassword(null!, user?.PasswordHash ?? nobody.Value, password);
        rehash = user is not null && result == PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null;
        return user is not null && result != PasswordVerificationResult.Failed;
    }
}
