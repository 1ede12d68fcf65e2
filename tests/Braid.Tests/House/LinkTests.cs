using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>The documents tell the truth at least about where things are.</summary>
public partial class LinkTests
{
    public static IEnumerable<TheoryDataRow<string>> Documents => Directory.EnumerateFiles(Repository.Root, "*.md").Select(f => Path.GetFileName(f))
        .Concat(Repository.Files("docs", ".md")).Concat(Repository.Files("src", ".md")).Order(StringComparer.Ordinal).Select(f => new TheoryDataRow<string>(f));

    [Theory, MemberData(nameof(Documents))]
    public void Every_relative_link_leads_somewhere(string document)
    {
        var text = CodeBlocks().Replace(Repository.Read(document), "");
        var folder = Path.GetDirectoryName(document) ?? "";
        var broken =
            from Match link in Links().Matches(text)
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let parts = target.Split('#', 2)
            let file = parts[0].Length == 0 ? document : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, parts[0])))
            where !Repository.Has(file) || (parts.Length > 1 && file.EndsWith(".md", StringComparison.Ordinal) && !Anchors(file).Contains(parts[1]))
            select target;
        broken.ShouldBeEmpty();
    }

    /// <summary>Paths in backticks under our own folders are links too, only not clickable.</summary>
    [Theory, MemberData(nameof(Documents))]
    public void Every_source_path_that_is_named_exists(string document)
    {
        var named = Paths().Matches(CodeBlocks().Replace(Repository.Read(document), "")).Select(m => m.Groups[1].Value.TrimEnd('/')).Where(p => !p.Contains('*', StringComparison.Ordinal));
        named.Where(p => !Repository.Has(p)).ShouldBeEmpty();
    }

    [Fact]
    public void The_story_of_a_message_links_the_file_of_each_step()
    {
        var story = Repository.Read("docs/life-of-a-message.md");
        foreach (var step in new[] { "WebhookEndpoint", "Lanes", "Apply", "People", "ReceiveMessage", "JoinPolicy", "SpineStore", "EventAppender", "EventFeed", "SendMessage", "OutboundLane", "SettleSend" })
        {
            story.ShouldContain($"/{step}.cs)");
        }
    }

    private static HashSet<string> Anchors(string file) => [.. Headings().Matches(Repository.Read(file))
        .Select(h => Marks().Replace(h.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`((?:src|tests|docs|web|tools|bench)/[\w./-]+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Marks();
}
