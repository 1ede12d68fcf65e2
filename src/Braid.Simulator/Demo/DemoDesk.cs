using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>What the colleagues do in Braid, by its API.</summary>
internal sealed class DemoDesk(BraidApi owner, DemoTeam team, TimeProvider time)
{
    private const int Looks = 80;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>The person's conversation, once their last word has arrived there on this channel; the best one found when it takes too long.</summary>
    public async Task<JsonObject?> FindAsync(DemoPerson person, DemoChannel channel, CancellationToken ct)
    {
        JsonObject? best = null;
        for (var i = 0; i < Looks; i++)
        {
            var found = await owner.GetAsync($"/conversations?view=all&status=any&limit=20&q={Uri.EscapeDataString(Shown(person))}", ct);
            best = found.Objects("items").FirstOrDefault(c => !c.Flag("senderUnverified"));
            if (best?["lastMessage"] is JsonObject last && last.Text("author") == "customer" && last.Text("channel") == Id(channel))
            {
                return best;
            }

            await Task.Delay(BetweenLooks, time, ct);
        }

        return best;
    }

    public Task AnswerAsync(string agent, string conversation, string text, bool isPrivate, CancellationToken ct)
    {
        var message = new JsonObject { ["text"] = text };
        if (isPrivate)
        {
            message["private"] = true;
        }

        return team.Api(agent).PostAsync($"/conversations/{conversation}/messages", message, ct);
    }

    public Task AssignAsync(string agent, string conversation, CancellationToken ct) =>
        team.Api(agent).PostAsync($"/conversations/{conversation}/assign", new JsonObject { ["agentId"] = team.Id(agent) }, ct);

    public Task ResolveAsync(string agent, string conversation, CancellationToken ct) => team.Api(agent).PostAsync($"/conversations/{conversation}/resolve", [], ct);

    public Task SnoozeAsync(string agent, string conversation, TimeSpan length, CancellationToken ct) => team.Api(agent).PostAsync(
        $"/conversations/{conversation}/snooze", new JsonObject { ["until"] = (time.GetUtcNow() + length).ToString("O") }, ct);

    public Task NoteAddressAsync(string agent, string customer, string email, CancellationToken ct) =>
        team.Api(agent).PostAsync($"/customers/{customer}/keys", new JsonObject { ["kind"] = "email", ["value"] = email }, ct);

    private static string Id(DemoChannel channel) => channel == DemoChannel.Chat ? "livechat" : channel.ToString().ToLowerInvariant();

    // On Telegram people are called what they call themselves there.
    private static string Shown(DemoPerson person) => person.Telegram is var (first, last, _) ? last is null ? first : $"{first} {last}" : person.Name;
}
