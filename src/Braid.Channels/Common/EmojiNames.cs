namespace Braid.Channels.Common;

/// <summary>The names that work chats use instead of emoji characters (`:tada:`). Only those an agent is likely to react with.</summary>
internal static class EmojiNames
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["👍"] = "+1", ["👎"] = "-1", ["❤"] = "heart", ["😀"] = "grinning", ["😃"] = "smiley", ["😄"] = "smile", ["😁"] = "grin", ["😆"] = "laughing",
        ["😂"] = "joy", ["🙂"] = "slightly_smiling_face", ["😉"] = "wink", ["😊"] = "blush", ["😍"] = "heart_eyes", ["😘"] = "kissing_heart",
        ["🤔"] = "thinking_face", ["😐"] = "neutral_face", ["😮"] = "open_mouth", ["😢"] = "cry", ["😭"] = "sob", ["😡"] = "rage", ["😱"] = "scream",
        ["🙏"] = "pray", ["👏"] = "clap", ["👋"] = "wave", ["👌"] = "ok_hand", ["💪"] = "muscle", ["🙌"] = "raised_hands", ["👀"] = "eyes", ["🎉"] = "tada",
        ["🔥"] = "fire", ["💯"] = "100", ["⭐"] = "star", ["✅"] = "white_check_mark", ["✔"] = "heavy_check_mark", ["❌"] = "x", ["❗"] = "exclamation",
        ["❓"] = "question", ["⚠"] = "warning", ["🚀"] = "rocket", ["💡"] = "bulb", ["📦"] = "package", ["🐛"] = "bug", ["☕"] = "coffee", ["🎂"] = "birthday",
        ["💔"] = "broken_heart", ["💙"] = "blue_heart", ["💚"] = "green_heart", ["💛"] = "yellow_heart", ["💜"] = "purple_heart", ["⏳"] = "hourglass_flowing_sand",
    };

    /// <summary>The name without colons. A name given as such (`tada`, `:tada:`) is kept; null for an emoji without a name here.</summary>
    public static string? Of(string? emoji)
    {
        if (string.IsNullOrWhiteSpace(emoji)) { return null; }
        var bare = emoji.Trim().Trim(':').Replace("\uFE0F", "", StringComparison.Ordinal);
        if (Names.TryGetValue(bare, out var name)) { return name; }
        return bare.Length > 0 && bare.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or ':') ? bare : null;
    }

    public static SendResult.Failed Unnamed(string provider) => new(FailureKind.Content, $"{provider} has no name for this emoji that Braid knows. Choose another one.");
}
