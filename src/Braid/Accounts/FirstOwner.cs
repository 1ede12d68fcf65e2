using System.Globalization;
using Braid.Platform.Data;
using Braid.Platform.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Braid.Accounts;

/// <summary>Makes the installation's first workspace and owner, once: by setup in the browser or by the bootstrap settings.</summary>
internal sealed class FirstOwner(BraidDb db, Passwords passwords, TimeProvider clock)
{
    public sealed record Request(string WorkspaceName, string Name, string Email, string Password, string? ApiToken = null);

    public async Task<bool> IsMissingAsync(CancellationToken ct) => !await db.Set<Agent>().AnyAsync(a => a.Role == Role.Owner, ct);

    /// <summary>The same by plain SQL: asked at every start, when EF need not be ready yet.</summary>
    public static async Task<bool> IsMissingAsync(Database database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.Sql(null, "select count(*) from agents where role = 'owner'");
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) == 0;
    }

    /// <summary>Null when there is one already; of two at once one wins.</summary>
    public async Task<User?> MakeAsync(Request request, CancellationToken ct)
    {
        // Hashing is slow on purpose: not while others wait for the database.
        var hash = passwords.Hash(request.Password);
        User? made = null;
        await db.InTransactionAsync(async c =>
        {
            if (db.Engine == Engine.Postgres)
            {
                await db.Database.ExecuteSqlRawAsync("select pg_advisory_xact_lock(4207002)", c);
            }

            if (await IsMissingAsync(c))
            {
                made = Add(request, hash);
                await db.SaveChangesAsync(c);
            }
        }, ct);
        return made;
    }

    private User Add(Request request, string hash)
    {
        var now = clock.GetUtcNow();
        var workspace = new Workspace { Name = request.WorkspaceName.Trim(), CreatedAt = now };
        var user = new User { Email = request.Email, PasswordHash = hash, CreatedAt = now };
        var agent = new Agent
        {
            WorkspaceId = workspace.Id, UserId = user.Id, Email = user.Email, Name = request.Name.Trim(), Role = Role.Owner, State = AgentState.Active, CreatedAt = now,
        };
        db.AddRange(workspace, user, agent);
        if (request.ApiToken is { Length: > 0 } token)
        {
            db.Add(new ApiToken { WorkspaceId = workspace.Id, AgentId = agent.Id, Name = "Bootstrap", SecretHash = RandomSecret.Hash(token), CreatedAt = now });
        }

        db.Audited(new Actor(workspace.Id, agent.Id, agent.Name, Role.Owner), "workspace.created", workspace.Id.Value, now);
        db.Events.Add(new AgentChanged(workspace.Id, agent.Id));
        return user;
    }

    /// <summary>`ana.berg@example.org` becomes "Ana Berg".</summary>
    public static string NameOf(string email) =>
        CultureInfo.InvariantCulture.TextInfo.ToTitleCase(email.Split('@')[0].Replace('.', ' ').Replace('_', ' '));
}
