namespace Braid.Channels.Email;

/// <summary>Which URLs a shown mail may contain.</summary>
internal static class HtmlUrls
{
    private static readonly string[] LinkSchemes = ["http", "https", "mailto", "tel"];

    /// <summary>The link as it may be shown, or null. The parser has decoded entities already.</summary>
    public static string? Link(string? url)
    {
        var clean = Squeezed(url);
        var colon = clean.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && clean.Length <= 8000 && LinkSchemes.Contains(clean[..colon].ToLowerInvariant()) ? clean : null;
    }

    public static bool IsRemotePicture(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Without white space and control characters: browsers skip them, so `java\nscript:` would run.</summary>
    public static string Squeezed(string? url) => string.Concat((url ?? "").Where(c => c > ' ' && !char.IsControl(c) && !char.IsWhiteSpace(c)));
}
