using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>A person's own name, looks and password. A new password ends the person's other sessions.</summary>
internal sealed class ChangeMe(BraidDb db, SignIn signIn, Passwords passwords, Sessions sessions, AccountsGate gate, TimeProvider clock)
{
    public sealed record Request(
        [MinLength(1), MaxLength(200)] string? Name,
        [RegularExpression("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] string? Locale,
        [AllowedValues("system", "light", "dark", null)] string? Theme,
        [AllowedValues("roomy", "compact", "dense", null)] string? Density,
        bool? SingleKeys,
        [RegularExpression(@"^$|^\+[1-9]\d{6,14}$|^sips?:[^\s@]+@[^\s@]+$|^client:\w{1,100}$", ErrorMessage = "Enter a number like +6581234567 or an address like sip:kim@example.org, or nothing.")] string? CallAddress,
        NewPassword? Password);

    public sealed record NewPassword(string Current, [MinLength(Passwords.Shortest), MaxLength(Passwords.Longest)] string Next);

    public async Task<MeView> RunAsync(Request request, Actor by, HttpContext context, CancellationToken ct)
    {
        var agent = await db.Set<Agent>().SingleAsync(a => a.WorkspaceId == by.Workspace && a.Id == by.AgentId, ct);
        var user = await db.Set<User>().SingleAsync(u => u.Id == agent.UserId, ct);
        if (request.Password is { } password)
        {
            await ChangePasswordAsync(user, password, context, ct);
            db.Audited(by, "password.changed", agent.Id.Value, clock.GetUtcNow());
        }

        user.Locale = request.Locale ?? user.Locale;
        user.Theme = request.Theme ?? user.Theme;
        user.Density = request.Density ?? user.Density;
        if (request.CallAddress is { } call) { agent.CallAddress = call.Length == 0 ? null : call; }
        user.SingleKeys = request.SingleKeys ?? user.SingleKeys;
        if (request.Name?.Trim() is { Length: > 0 } name && name != agent.Name)
        {
            agent.Name = name;
            db.Events.Add(new AgentChanged(by.Workspace, agent.Id));
        }

        await db.InTransactionAsync(async c =>
        {
            await db.SaveChangesAsync(c);
            if (request.Password is not null)
            {
                var here = context.User.FindFirstValue(CallerClaims.Session);
                await db.Set<Session>().Where(s => s.UserId == user.Id && s.SecretHash != here).ExecuteDeleteAsync(c);
            }
        }, ct);
        gate.Forget();
        return await sessions.MeAsync(by, ct);
    }

    private async Task ChangePasswordAsync(User user, NewPassword password, HttpContext context, CancellationToken ct)
    {
        try
        {
            await signIn.CheckAsync(user.Email, password.Current, context, ct);
        }
        catch (RefusalException e) when (e.Code == "wrong_credentials")
        {
            throw RefusalException.Invalid("Your current password is wrong.", new Dictionary<string, string> { ["password.current"] = "Not your current password." });
        }

        user.PasswordHash = passwords.Hash(password.Next);
    }
}
