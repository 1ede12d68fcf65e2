using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>
/// How far the gateway was read: the session that can be resumed, and, should that be lost, the last message of each channel to catch up
/// from. Kept as JSON.
/// </summary>
internal sealed record DiscordPosition
{
    private const int MostChannels = 500;

    public string? Session { get; set; }
    public string? Gateway { get; set; }
    public long? Sequence { get; set; }
    /// <summary>Channel to its newest message; server channels carry their server's id after a colon.</summary>
    public Dictionary<string, string> Channels { get; init; } = new(StringComparer.Ordinal);

    public static DiscordPosition Of(string? text)
    {
        try
        {
            return text is null ? new() : JsonSerializer.Deserialize<DiscordPosition>(text) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    public void Saw(JsonElement item)
    {
        if (item.Id("channel_id") is not { } channel || item.Id("id") is not { } id) { return; }
        if (!Channels.ContainsKey(channel) && Channels.Count >= MostChannels)
        {
            // Ids hold their time: the channel that was silent longest is let go.
            Channels.Remove(Channels.MinBy(c => c.Value.Split(':')[0].PadLeft(20, '0')).Key);
        }

        Channels[channel] = item.Id("guild_id") is { } guild ? $"{id}:{guild}" : id;
    }

    public void ForgetSession() => (Session, Gateway, Sequence) = (null, null, null);

    public override string ToString() => JsonSerializer.Serialize(this);
}
