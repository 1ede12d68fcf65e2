using System.ComponentModel.DataAnnotations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

internal sealed class SignIn(BraidDb db, Passwords passwords, SignInThrottle throttle, Sessions sessions)
{
    public sealed record Request([MaxLength(320)] string Email, [MaxLength(Passwords.Longest)] string Password);

    public async Task<SessionView> RunAsync(Request request, HttpContext context, CancellationToken ct)
    {
        var email = request.Email.Trim().ToLowerInvariant();
        var user = await CheckAsync(email, request.Password, context, ct);
        return await sessions.OpenAsync(user.Id, context, ct);
    }

    /// <summary>Refuses a wrong pair as slowly and in the same words as an unknown address.</summary>
    public async Task<User> CheckAsync(string email, string password, HttpContext context, CancellationToken ct)
    {
        var (account, address) = (SignInThrottle.Account(email), SignInThrottle.Address(context));
        await throttle.CheckAsync(ct, account, address);
        var user = await db.Set<User>().SingleOrDefaultAsync(u => u.Email == email, ct);
        if (!passwords.Fits(user, password, out var rehash))
        {
            await throttle.FailedAsync(ct, account, address);
            throw new RefusalException("wrong_credentials", "Email or password is wrong.", StatusCodes.Status401Unauthorized);
        }

        await throttle.SucceededAsync(account, ct);
        if (rehash is not null)
        {
            user!.PasswordHash = rehash;
            await db.SaveChangesAsync(ct);
        }

        return user!;
    }
}
