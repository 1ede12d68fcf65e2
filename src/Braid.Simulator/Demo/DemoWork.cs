using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>Tickets of the fictional company, and that it asks how satisfied people were.</summary>
internal sealed class DemoWork(BraidApi owner, DemoTeam team)
{
    private static readonly (string Owner, string Type, string Priority, string? Text, string? Status)[] Tickets =
    [
        ("priya", "task", "high", "Send a replacement and the return label, then tell them.", null), ("tomas", "question", "normal", null, "pending"),
        ("jonas", "incident", "urgent", "The carrier has lost the parcel: ask for a trace.", "onHold"), ("maya", "problem", "normal", "The same fault as last week. Look at the batch.", null), ("tomas", "question", "low", null, "solved"),
    ];

    public async Task SetUpAsync(CancellationToken ct)
    {
        if ((await owner.GetAsync("/tickets?status=any&limit=1", ct)).Objects("items").Any()) { return; }
        await owner.PutAsync("/surveys/settings", new JsonObject { ["on"] = true, ["question"] = "How satisfied were you with our help?", ["delayMinutes"] = 5 }, ct);
        var conversations = (await owner.GetAsync("/conversations?view=all&status=any&sort=oldest&limit=20", ct)).Objects("items").Where(c => !c.Flag("senderUnverified")).Take(Tickets.Length).ToList();
        foreach (var (conversation, (of, type, priority, text, status)) in conversations.Zip(Tickets))
        {
            var ticket = await team.Api(of).PostAsync("/tickets", new JsonObject { ["conversationId"] = conversation.Text("id"), ["type"] = type, ["priority"] = priority, ["text"] = text, ["ownerId"] = team.Id(of) }, ct);
            if (status is not null) { await team.Api(of).PatchAsync($"/tickets/{ticket.Text("id")}", new JsonObject { ["status"] = status }, ct); }
        }
    }
}
