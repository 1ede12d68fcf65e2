using System.Security.Claims;

namespace Braid.Platform.Http;

/// <summary>The claims of a signed-in caller, the same for session cookies and API tokens.</summary>
internal static class CallerClaims
{
    public const string Scheme = "Braid";
    public const string Workspace = "braid:workspace";
    public const string Agent = ClaimTypes.NameIdentifier;
    public const string Role = "braid:role";
    public const string Name = ClaimTypes.Name;
    /// <summary>The user behind a session; absent for API tokens.</summary>
    public const string User = "braid:user";
    /// <summary>The session's hash. Present only when a browser's cookie signed the call in.</summary>
    public const string Session = "braid:session";
    /// <summary>The API token's hash.</summary>
    public const string Token = "braid:token";

    public static bool ByCookie(this ClaimsPrincipal caller) => caller.HasClaim(c => c.Type == Session);
}
