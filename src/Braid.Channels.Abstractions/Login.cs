using System.Text.Json.Nodes;

namespace Braid.Channels;

/// <summary>
/// For providers where an admin signs in (OAuth 2 authorization code with state and PKCE). Braid makes the state and the verifier, keeps
/// them for ten minutes, and merges what <see cref="FinishAsync"/> gives into the inbox's settings.
/// </summary>
public interface ILogin<in TSettings>
{
    /// <summary>Pure. Where the admin's browser goes. Throws <see cref="SettingsException"/> naming what must be filled in first.</summary>
    Uri Begin(TSettings settings, LoginRequest request);

    Task<LoginOutcome> FinishAsync(LoginAnswer answer, TSettings settings, ProviderContext context, CancellationToken ct);
}

/// <param name="RedirectUri">Our address, to be registered at the provider.</param>
/// <param name="CodeChallenge">PKCE, S256; adapters of providers without PKCE leave it out.</param>
public sealed record LoginRequest(Uri RedirectUri, string State, string CodeChallenge);

/// <param name="Query">All parameters the provider's redirect carried (`code`, `shop`, `oa_id`, ...).</param>
public sealed record LoginAnswer(Uri RedirectUri, string CodeVerifier, IReadOnlyDictionary<string, string> Query)
{
    public string? Code => Query.GetValueOrDefault("code");
}

public abstract record LoginOutcome
{
    private LoginOutcome() { }

    /// <summary>Settings to merge (tokens, account ids), in their camelCase names.</summary>
    public sealed record Connected(JsonObject Settings) : LoginOutcome;

    /// <summary>What happened and what to do, for the admin. Without secrets.</summary>
    public sealed record Refused(string Reason) : LoginOutcome;
}
