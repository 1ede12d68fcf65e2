using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Accounts;

/// <summary>One wrong guess, by whom or at whom: only a hash of either is kept, and not for long.</summary>
internal sealed class SignInFailure
{
    public Id<SignInFailure> Id { get; init; } = Id<SignInFailure>.New();
    public required string KeyHash { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>
/// Ten failures in 15 minutes per account and per caller's address, then a pause until the oldest is 15 minutes old. Nothing locks for
/// good, and unknown accounts behave as known ones. Counted in the database, so that it holds over all nodes; who signs in rightly writes nothing here.
/// </summary>
internal sealed class SignInThrottle(BraidDb db, TimeProvider clock)
{
    public const int Allowed = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Refuses with 429 while one of the keys has used up its attempts.</summary>
    public async Task CheckAsync(CancellationToken ct, params IReadOnlyList<string> keys)
    {
        var (now, hashes) = (clock.GetUtcNow(), keys.Select(RandomSecret.Hash).ToList());
        var since = now - Window;
        var full = await db.Set<SignInFailure>().Where(f => hashes.Contains(f.KeyHash) && f.At > since).GroupBy(f => f.KeyHash)
            .Where(g => g.Count() >= Allowed).Select(g => g.Key).ToListAsync(ct);
        if (full.Count > 0)
        {
            // The oldest of the last ten: more may have come in at once.
            var key = full[0];
            var oldest = await db.Set<SignInFailure>().Where(f => f.KeyHash == key && f.At > since).OrderByDescending(f => f.At).Skip(Allowed - 1).Select(f => f.At).FirstAsync(ct);
            throw new RefusalException("too_many_attempts", "Too many attempts. Wait a few minutes and try again.", StatusCodes.Status429TooManyRequests) { RetryAfter = oldest + Window - now };
        }
    }

    public Task FailedAsync(CancellationToken ct, params IReadOnlyList<string> keys)
    {
        db.AddRange(keys.Select(k => new SignInFailure { KeyHash = RandomSecret.Hash(k), At = clock.GetUtcNow() }));
        return db.SaveChangesAsync(ct);
    }

    /// <summary>A success clears the account; the address keeps its count, or one own account would buy ten guesses each time.</summary>
    public async Task SucceededAsync(string account, CancellationToken ct)
    {
        var failures = db.Set<SignInFailure>().Where(f => f.KeyHash == RandomSecret.Hash(account));
        if (await failures.AnyAsync(ct)) { await db.InTransactionAsync(inner => failures.ExecuteDeleteAsync(inner), ct); }
    }

    public static string Account(string email) => "account " + email;

    public static string Address(HttpContext context) => "address " + context.Connection.RemoteIpAddress;
}

internal sealed class SignInFailureConfiguration : IEntityTypeConfiguration<SignInFailure>
{
    public void Configure(EntityTypeBuilder<SignInFailure> builder)
    {
        builder.ToTable("sign_in_failures");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.KeyHash).HasMaxLength(64);
        builder.HasIndex(f => new { f.KeyHash, f.At });
        builder.HasIndex(f => f.At);
    }
}
