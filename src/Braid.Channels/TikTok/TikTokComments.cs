using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.TikTok;

/// <summary>Comments under the account's videos. TikTok names no author, and the ids are numbers beyond what a double can hold.</summary>
internal static class TikTokComments
{
    public static Reading Read(JsonElement content, string? ours)
    {
        if (content.Id("comment_id") is not { } id || content.Id("video_id") is not { } video || content.Id("unique_identifier") is not { } author)
        {
            return new Reading.Unreadable("a TikTok comment without id, video or author");
        }

        var parent = content.Id("parent_comment_id") is { } p and not "0" ? p : null;
        var e = new InboundEvent(InboundKind.Comment)
        {
            Account = ours, ExternalId = id, Post = video, ThreadId = new TikTokThread(video, parent ?? id).ToString(), Audience = Audience.Public, ReplyTo = parent,
            Sender = new Sender(author), Timestamp = content.Epoch("timestamp"), Outbound = author == ours,
        };
        return content.Text("comment_action") switch
        {
            "insert" => new Reading.Events([e with { Text = content.Text("text") }]),
            "delete" => new Reading.Events([e with { Kind = InboundKind.Delete, TargetKey = id }]),
            var other => new Reading.Ignored($"comment {id}: {other ?? "no action"}"),
        };
    }

    /// <summary>TikTok thinks that this one wants to buy: the only comments that may be answered by a direct message.</summary>
    public static Reading HighIntent(JsonElement content, string? ours)
    {
        if (content.Id("comment_id") is not { } id || content.Get("from_user").Id("id") is not { } author)
        {
            return new Reading.Unreadable("a TikTok comment without id or author");
        }

        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Comment)
            {
                Account = ours, ExternalId = id, ThreadId = new TikTokThread(content.Id("video_id") ?? "", id).ToString(), Audience = Audience.Public,
                Sender = new Sender(author) { Name = content.Text("from"), Username = content.Text("from") }, Text = content.Text("comment_text"),
                Timestamp = content.Epoch("timestamp"), Extra = new Dictionary<string, string> { ["highIntent"] = "true" },
            },
        ]);
    }
}
