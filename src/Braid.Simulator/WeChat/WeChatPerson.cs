using Braid.Simulator.Channels;

namespace Braid.Simulator.WeChat;

/// <summary>A follower of the account. What they write opens the 48 hours and their five answers.</summary>
internal sealed class WeChatPerson(WeChatWorld world, string openId, string name) : Acquaintance(openId, name)
{
    public DateTimeOffset? WroteAt { get; set; }
    public int Answers { get; set; }

    public override Task WritesAsync(string text) => world.PushAsync(this, "text", WeChatWorld.Field("Content", text));

    public override Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        var type = file.ContentType.Split('/')[0] switch { "image" => "image", "audio" => "voice", "video" => "video", _ => "file" };
        var said = world.PushAsync(this, type, WeChatWorld.Field("MediaId", world.Keep(file)) + (type == "voice" ? WeChatWorld.Field("Format", "amr") : ""));
        return caption is null ? said : Task.WhenAll(said, WritesAsync(caption));
    }

    /// <summary>Taps an entry of the account's menu.</summary>
    public Task ClicksAsync(string key) => world.PushAsync(this, "event", WeChatWorld.Field("Event", "CLICK") + WeChatWorld.Field("EventKey", key), numbered: false);
}
