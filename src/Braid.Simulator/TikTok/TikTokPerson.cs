using System.Text.Json.Nodes;
using Braid.Simulator.Channels;

namespace Braid.Simulator.TikTok;

/// <summary>Somebody on TikTok, with a conversation of their own and opinions on the video.</summary>
internal sealed class TikTokPerson(TikTokWorld world, string id, string name) : Acquaintance(id, name)
{
    public string Username { get; } = string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)) + "_tt";

    public string ConversationId { get; } = "u5Jh" + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(id))[..20] + "+g==";

    public DateTimeOffset? WroteAt { get; private set; }

    public int Answers { get; set; }

    public List<string> Signals { get; } = [];

    /// <summary>Conversations are named by the provider, so they are looked for.</summary>
    public static TikTokPerson? Of(TikTokWorld world, string? conversation) => world.Find(p => p.ConversationId == conversation);

    public override Task WritesAsync(string text) => SayAsync("text", new JsonObject { ["body"] = text });

    public override Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        var said = SayAsync(file.ContentType.StartsWith("video/", StringComparison.Ordinal) ? "video" : "image", new JsonObject { ["media_id"] = world.Keep(file) });
        return caption is null ? said : Task.WhenAll(said, WritesAsync(caption));
    }

    public override Task ReadsAsync(SimulatedReceived received) => world.TellAsync("im_mark_read_msg", new JsonObject
    {
        ["from"] = Username, ["to"] = "braid.demo", ["unique_identifier"] = Id, ["from_user"] = TikTokWorld.User(Id, "personal_account"),
        ["to_user"] = TikTokWorld.User(world.BusinessId, "business_account"), ["conversation_id"] = ConversationId, ["timestamp"] = world.Now.ToUnixTimeMilliseconds(),
        ["read"] = new JsonObject { ["last_read_timestamp"] = world.Now.ToUnixTimeMilliseconds() },
    });

    public Task CommentsAsync(string text) => world.CommentAsync(this, text);

    private Task SayAsync(string type, JsonObject body)
    {
        (WroteAt, Answers) = (world.Now, 0);
        return world.TellAsync("im_receive_msg", world.Message(this, fromUs: false, world.NewMessageId(), type, body, "APP"));
    }
}
