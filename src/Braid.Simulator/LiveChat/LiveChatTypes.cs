namespace Braid.Simulator.LiveChat;

/// <summary>Who opens the chat, and where.</summary>
public sealed record VisitorProfile
{
    public string Locale { get; init; } = "en";
    public string Page { get; init; } = "https://tarnandember.example/";
    public string Origin { get; init; } = "https://tarnandember.example";

    /// <summary>What the visitor fills into the form before the chat.</summary>
    public IReadOnlyDictionary<string, string> PreChat { get; init; } = new Dictionary<string, string>();

    /// <summary>The signed identity from the site's own server (see <see cref="IdentityToken"/>).</summary>
    public string? IdentityToken { get; init; }

    /// <summary>From an earlier visit of the same browser.</summary>
    public string? VisitorToken { get; init; }
}

/// <summary>What the chat window showed. <paramref name="Kind"/> is message, joined or typing; <paramref name="From"/> is agent, ai, system or visitor.</summary>
public sealed record VisitorSaw(string Kind, string? Id, string? From, string? Name, string? Text);
