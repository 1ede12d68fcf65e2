using System.Globalization;
using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>What happened besides messages, newest first. Facts hold ids; names are read when shown, so that they are never stale.</summary>
internal sealed class ListActivities(BraidDb db, ConversationAccess access)
{
    public async Task<Page<ActivityView>> RunAsync(Id<Conversation> id, string? cursor, int? limit, Actor by, CancellationToken ct)
    {
        await access.RequireAsync(id, by, Permission.ReadConversations, ct);
        var found = db.Set<Activity>().AsNoTracking().Where(a => a.WorkspaceId == by.Workspace && a.ConversationId == id);
        if (Cursor.Read(cursor) is { } after)
        {
            var (at, last) = (after.Instant, new Id<Activity>(after.Id));
            found = found.Where(a => a.At < at || (a.At == at && a.Id < last));
        }

        var most = Page.Limit(limit);
        var rows = await found.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(most + 1).ToListAsync(ct);
        var facts = rows.ConvertAll(a => (Activity: a, Data: Facts(a.Data)));
        var names = await NamesAsync(by.Workspace, facts, ct);
        return Page.Of(facts, most, f => View(f.Activity, f.Data, names), f => Cursor.At(f.Activity.At, f.Activity.Id.Value));
    }

    private static Dictionary<string, string?> Facts(string? json)
    {
        var facts = new Dictionary<string, string?>();
        if (json is not null)
        {
            using var document = JsonDocument.Parse(json);
            foreach (var fact in document.RootElement.EnumerateObject())
            {
                facts[fact.Name] = fact.Value.ValueKind == JsonValueKind.Null ? null : fact.Value.ToString();
            }
        }

        return facts;
    }

    private async Task<Dictionary<Guid, string?>> NamesAsync(Id<Workspace> workspace, List<(Activity Activity, Dictionary<string, string?> Data)> facts, CancellationToken ct)
    {
        var wanted = facts.Where(f => f.Activity.ActorId is not null).Select(f => f.Activity.ActorId!.Value)
            .Concat(facts.Select(f => Guid.TryParse(f.Data.GetValueOrDefault("agentId"), CultureInfo.InvariantCulture, out var id) ? id : Guid.Empty)).ToHashSet();
        var agents = wanted.Select(id => new Id<Agent>(id)).ToList();
        var names = await db.Set<Agent>().Where(a => a.WorkspaceId == workspace && agents.Contains(a.Id)).Select(a => new { a.Id, a.Name }).ToDictionaryAsync(a => a.Id.Value, a => (string?)a.Name, ct);
        var teams = facts.Select(f => Guid.TryParse(f.Data.GetValueOrDefault("teamId"), CultureInfo.InvariantCulture, out var id) ? new Id<Team>(id) : default).Where(t => t != default).ToList();
        if (teams.Count > 0)
        {
            foreach (var team in await db.Set<Team>().Where(t => t.WorkspaceId == workspace && teams.Contains(t.Id)).Select(t => new { t.Id, t.Name }).ToListAsync(ct)) { names[team.Id.Value] = team.Name; }
        }

        if (facts.Exists(f => f.Activity.ActorKind == AuthorKind.Customer))
        {
            var customers = wanted.Select(id => new Id<Customer>(id)).ToList();
            foreach (var customer in await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && customers.Contains(c.Id)).Select(c => new { c.Id, c.Name }).ToListAsync(ct))
            {
                names[customer.Id.Value] = customer.Name;
            }
        }

        return names;
    }

    private static ActivityView View(Activity a, Dictionary<string, string?> data, Dictionary<Guid, string?> names)
    {
        if (Guid.TryParse(data.GetValueOrDefault("agentId"), CultureInfo.InvariantCulture, out var agent))
        {
            data["agentName"] = names.GetValueOrDefault(agent);
        }

        if (Guid.TryParse(data.GetValueOrDefault("teamId"), CultureInfo.InvariantCulture, out var team)) { data["teamName"] = names.GetValueOrDefault(team); }
        return new(a.Id, a.Kind, a.At, new(a.ActorKind, a.ActorId, a.ActorId is { } actor ? names.GetValueOrDefault(actor) : null), data);
    }
}
