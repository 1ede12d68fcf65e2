using System.Security.Claims;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Accounts;

/// <summary>An agent's seat in one workspace, as its session or token entitles to it right now.</summary>
internal sealed record Seat(Id<Workspace> Workspace, Id<Agent> Agent, string Name, Role Role);

/// <summary>Whom a secret belongs to. Without seats it entitles to nothing.</summary>
internal sealed record Caller(Id<User>? User, IReadOnlyList<Seat> Seats, DateTimeOffset? ExpiresAt)
{
    public static readonly Caller Nobody = new(null, [], null);

    public static ClaimsPrincipal Principal(Seat seat, Id<User>? user, string secretClaim, string secretHash)
    {
        var identity = new ClaimsIdentity(CallerClaims.Scheme, CallerClaims.Name, CallerClaims.Role);
        identity.AddClaim(new(CallerClaims.Workspace, seat.Workspace.ToString()));
        identity.AddClaim(new(CallerClaims.Agent, seat.Agent.ToString()));
        identity.AddClaim(new(CallerClaims.Role, seat.Role.ToString()));
        identity.AddClaim(new(CallerClaims.Name, seat.Name));
        identity.AddClaim(new(secretClaim, secretHash));
        if (user is { } id)
        {
            identity.AddClaim(new(CallerClaims.User, id.ToString()));
        }

        return new(identity);
    }
}
