namespace Braid.Channels.TikTok;

/// <summary>A conversation is named by TikTok's id; a comment tree by its video and its top comment, which answers need both.</summary>
internal readonly record struct TikTokThread(string VideoId, string CommentId)
{
    private const string Prefix = "comment:";

    public override string ToString() => $"{Prefix}{VideoId}:{CommentId}";

    /// <summary>Null for a conversation.</summary>
    public static TikTokThread? Comments(string? threadId)
    {
        if (threadId?.StartsWith(Prefix, StringComparison.Ordinal) != true) { return null; }
        var rest = threadId[Prefix.Length..];
        return rest.LastIndexOf(':') is >= 0 and var colon ? new(rest[..colon], rest[(colon + 1)..]) : null;
    }
}
