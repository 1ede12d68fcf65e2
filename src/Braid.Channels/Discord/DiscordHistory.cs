using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>After a lost session: what was said in the known channels since. Edits, deletions and reactions in between are not told.</summary>
internal static class DiscordHistory
{
    private const int PageSize = 100;
    private const int MostPages = 20;

    public static async Task<List<RawDelivery>> ReadAsync(JsonApi api, DiscordPosition position, IListenerHost host, CancellationToken ct)
    {
        var missed = new List<RawDelivery>();
        foreach (var (channel, seen) in position.Channels.ToList())
        {
            var (after, guild) = seen.Split(':') is [var id, var server] ? (id, server) : (seen, null);
            for (var page = 0; page < MostPages; page++)
            {
                var answer = await api.GetAsync($"channels/{Uri.EscapeDataString(channel)}/messages?after={Uri.EscapeDataString(after)}&limit={PageSize}", ct);
                if (answer is not ProviderAnswer.Answered { Ok: true } yes || yes.Json.ValueKind != JsonValueKind.Array)
                {
                    Missed(host, channel, after, answer);
                    break;
                }

                var messages = yes.Json.EnumerateArray().Where(m => m.Id("id") is not null).OrderBy(m => m.Id("id")!.PadLeft(20, '0'), StringComparer.Ordinal).ToList();
                foreach (var message in messages)
                {
                    var item = JsonNode.Parse(message.GetRawText())!.AsObject();
                    if (guild is not null) { item["guild_id"] = guild; }
                    var frame = JsonSerializer.SerializeToElement(new JsonObject { ["op"] = 0, ["t"] = "MESSAGE_CREATE", ["d"] = item });
                    position.Saw(frame.Get("d"));
                    missed.Add(SocketLine.Delivery(frame, host.Clock));
                }

                if (messages.Count < PageSize) { break; }
                after = messages[^1].Id("id")!;
            }
        }

        return missed;
    }

    /// <summary>A channel that is gone or closed to the bot has nothing to miss.</summary>
    private static void Missed(IListenerHost host, string channel, string after, ProviderAnswer answer)
    {
        if (answer is ProviderAnswer.Answered { Status: 403 or 404 }) { return; }
        host.ReportGap(DiscordPayloads.TimeOf(after) ?? host.Clock.GetUtcNow(), host.Clock.GetUtcNow(), $"The history of Discord channel {channel} could not be read.");
    }
}
