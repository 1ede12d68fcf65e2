using System.Text.RegularExpressions;

namespace Braid.Channels.LiveChat;

/// <summary>
/// Which sites may show the chat. The frame is served by us, so its own requests always carry our origin: what a browser enforces is
/// the `frame-ancestors` of the frame's page. <see cref="Allows"/> is the belt, for the page's origin that the frame reports.
/// </summary>
public static partial class LiveChatOrigins
{
    public static bool IsWellFormed(string origin) => Form().IsMatch(origin);

    public static bool Allows(LiveChatSettings settings, string? origin) =>
        settings.AllowedOrigins.Count == 0 || (origin is not null && settings.AllowedOrigins.Any(allowed => Matches(allowed, origin)));

    /// <summary>The Content-Security-Policy directive for `/widget/frame.html?inbox=...`.</summary>
    public static string FrameAncestors(LiveChatSettings settings) =>
        "frame-ancestors " + (settings.AllowedOrigins.Count == 0 ? "*" : string.Join(' ', settings.AllowedOrigins.Prepend("'self'")));

    private static bool Matches(string allowed, string origin)
    {
        var star = allowed.IndexOf("*.", StringComparison.Ordinal);
        if (star < 0) { return string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase); }

        // https://*.shop.example: any depth below, not the bare domain, as browsers read it in frame-ancestors.
        return origin.Length > allowed.Length - 1
            && origin.StartsWith(allowed[..star], StringComparison.OrdinalIgnoreCase)
            && origin.EndsWith(allowed[(star + 1)..], StringComparison.OrdinalIgnoreCase)
            && IsWellFormed(origin);
    }

    [GeneratedRegex(@"^https?://(\*\.)?[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
