using Braid.Accounts;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Calls;

/// <summary>
/// Lets an agent's browser take the calls of the inboxes they may see. The agent is rung there once their own call address is this client
/// (`client:...`), so that a second browser or a phone is chosen in one place.
/// </summary>
internal sealed class BrowserPhones(BraidDb db, IInboxDirectory inboxes, TimeProvider clock)
{
    public async Task<BrowserPhonesView> OfAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.Reply);
        var client = Client(by.RequireAgent());
        var visible = await db.Set<Inbox>().VisibleTo(by, db).Where(i => i.Enabled && i.DeletedAt == null).Select(i => i.Id).ToListAsync(ct);
        var lines = new List<BrowserPhoneView>();
        foreach (var id in visible)
        {
            if (await inboxes.FindAsync(id, ct) is { } inbox && inbox.Channel.PhoneTokenFor(client, inbox.Settings, clock.GetUtcNow()) is { } token)
            {
                lines.Add(new(inbox.Id, inbox.Name, token.Value, token.ExpiresAt));
            }
        }

        return new("client:" + client, lines);
    }

    private static string Client(Id<Agent> agent) => "agent_" + agent.Value.ToString("n");
}

/// <param name="CallAddress">What the agent's call address must be to be rung in the browser.</param>
internal sealed record BrowserPhonesView(string CallAddress, IReadOnlyList<BrowserPhoneView> Items);

internal sealed record BrowserPhoneView(Id<Inbox> InboxId, string InboxName, string Token, DateTimeOffset ExpiresAt);
