using System.Text.RegularExpressions;

namespace Braid.Channels.Slack;

/// <summary>Slack's mrkdwn to what a reader sees, and plain text to what Slack shows as written.</summary>
internal static partial class SlackText
{
    /// <param name="ours">Bot user ids whose mention is left out.</param>
    public static string? Plain(string? text, IReadOnlyCollection<string> ours)
    {
        if (text is null) { return null; }
        var plain = Token().Replace(text, match => Shown(match.Groups[1].Value, ours))
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Trim();
        return plain.Length == 0 ? null : plain;
    }

    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Shown(string token, IReadOnlyCollection<string> ours)
    {
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        var (target, label) = bar < 0 ? (token, null) : (token[..bar], token[(bar + 1)..]);
        if (string.IsNullOrEmpty(label)) { label = null; }
        return target switch
        {
            ['@', .. var user] => ours.Contains(user) ? "" : "@" + (label ?? user).TrimStart('@'),
            ['#', .. var channel] => "#" + (label ?? channel),
            ['!', .. var command] => label ?? "@" + command.Split('^')[0],
            _ when label is null || label == target => target.StartsWith("mailto:", StringComparison.Ordinal) ? target[7..] : target,
            _ when target.StartsWith("mailto:", StringComparison.Ordinal) || target.EndsWith("://" + label, StringComparison.Ordinal) => label,
            _ => $"{label} ({target})",
        };
    }

    [GeneratedRegex("<([^<>\\s][^<>]*)>", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
