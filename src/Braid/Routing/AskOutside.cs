using System.Net.Http.Headers;
using System.Text.Json;
using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>
/// Asks a system of the company's own where a conversation should go. It has its time; without a good answer in it, the rule's own target
/// holds, as if nobody had been asked, and the log says so.
/// </summary>
internal sealed class AskOutside(BraidDb db, ReadPlans plans, ReadFacts facts, ReadSurroundings surroundings, Staff staff, ProviderHttp http, RouterBell bell, TimeProvider clock) : IJobHandler
{
    public const string KindName = "routing.ask";
    private const int MostBytes = 64 * 1024;

    public sealed record Payload(Id<Conversation> ConversationId);

    /// <summary>All optional: what is left out stays as the rule says.</summary>
    private sealed record Answer(Guid? TeamId, IReadOnlyList<Guid>? Skills, Guid? AgentId, RoutingPriority? Priority);

    public string Kind => KindName;

    public int Parallel => 16;

    public int Tries => 1;

    public static NewJob Of(Id<Workspace> workspace, Id<Conversation> conversation) => NewJob.Of(workspace, KindName, new Payload(conversation));

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().ConversationId;
        if (await plans.LiveAsync(run.Workspace, ct) is not { } plan || await db.Set<QueueEntry>().AsNoTracking().FirstOrDefaultAsync(q => q.WorkspaceId == run.Workspace && q.ConversationId == id, ct) is not { } entry) { return; }
        var path = JsonSerializer.Deserialize<QueuePath>(entry.Path, RoutingJson.Options)!;
        if (PlanRoute.TargetOf(plan, path) is not { Ask: { } ask } target || await facts.RunAsync(run.Workspace, plan, [id], first: false, clock.GetUtcNow(), ct) is not [var fact]) { return; }
        var (answer, problem) = await AskAsync(ask, fact, path, ct);
        var people = await staff.ReadAsync(run.Workspace, ct);
        var around = await surroundings.RunAsync(run.Workspace, people, then: false, ct);
        if (answer is not null) { (target, problem) = await ApplyAsync(target, answer, run.Workspace, ct); }
        var steps = PlanRoute.StepsOf(target with { Ask = null }, plan, fact, around, withAsking: false).ToList();
        if (answer?.AgentId is { } wanted && people.Exists(p => p.Agent.Id.Value == wanted))
        {
            steps = [steps[0] with { Why = "sticky", Only = new Id<Agent>(wanted), Skills = [] }, .. steps.Select(s => s with { After = s.After + target.StickyWaitSeconds })];
        }

        await db.InTransactionAsync(async inner => await SaveAsync(run.Workspace, id, path, steps, PlanRoute.MinutesOf(target, plan, fact), problem, inner), ct);
        bell.Ring(run.Workspace, id);
    }

    private async Task SaveAsync(Id<Workspace> workspace, Id<Conversation> id, QueuePath path, List<QueueStep> steps, double minutes, string? problem, CancellationToken ct)
    {
        // Its time may be over, or it was taken meanwhile.
        if (await db.Set<QueueEntry>().FirstOrDefaultAsync(q => q.WorkspaceId == workspace && q.ConversationId == id && q.Step == 0, ct) is not { } entry) { return; }
        var now = clock.GetUtcNow();
        var begin = (int)Math.Ceiling((now - entry.Since).TotalSeconds);
        steps = steps.ConvertAll(s => s with { After = s.After == 0 ? 0 : s.After + begin });
        entry.Path = JsonSerializer.Serialize(path with { Steps = steps, TargetMinutes = minutes }, RoutingJson.Options);
        entry.DueAt = entry.DueAt.AddMinutes(minutes - path.TargetMinutes);
        (entry.Demand, entry.TeamId, entry.StepAt) = (steps[0].Demand.Key, steps[0].TeamId, steps.Count > 1 ? entry.Since.AddSeconds(steps[1].After) : null);
        db.Add(new RoutingEntry
        {
            WorkspaceId = workspace, ConversationId = id, At = now, Act = problem is null ? RoutingAct.Asked : RoutingAct.Problem,
            Reason = JsonSerializer.Serialize(new RoutingReason { RuleId = path.RuleId, RuleName = path.RuleName, Step = steps[0].Why, TeamId = steps[0].TeamId?.Value, Note = problem }, RoutingJson.Options),
        });
        await db.SaveChangesAsync(ct);
    }

    private async Task<(Answer?, string?)> AskAsync(OutsideDecision ask, ConversationFacts fact, QueuePath path, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMilliseconds(ask.TimeoutMs));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ask.Url)
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new
                {
                    fact.ConversationId, fact.CustomerId, fact.Channel, fact.InboxId, fact.Text, fact.Language, fact.Tier, fact.Company, fact.Tags, fact.Attributes, fact.Returning, path.QueryType, path.Urgency, path.Sentiment, Rule = path.RuleName,
                }, RoutingJson.Options)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode) { return (null, $"It answered {(int)response.StatusCode}."); }
            if (response.Content.Headers.ContentLength > MostBytes) { return (null, "Its answer was too long."); }
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var bytes = new byte[MostBytes + 1];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token);
            if (read > MostBytes) { return (null, "Its answer was too long."); }
            return (JsonSerializer.Deserialize<Answer>(bytes.AsSpan(0, read), RoutingJson.Options), null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, $"It did not answer within {ask.TimeoutMs} ms.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or Braid.Platform.Http.BlockedTargetException)
        {
            return (null, e is JsonException ? "Its answer was not understood." : "It can't be reached: " + e.Message);
        }
    }

    /// <summary>Only what exists in this workspace; the rest of the answer holds all the same.</summary>
    private async Task<(RoutingTarget, string?)> ApplyAsync(RoutingTarget target, Answer answer, Id<Workspace> workspace, CancellationToken ct)
    {
        string? problem = null;
        if (answer.TeamId is { } team)
        {
            if (await db.Set<Team>().AnyAsync(t => t.WorkspaceId == workspace && t.Id == new Id<Team>(team), ct)) { target = target with { TeamId = new Id<Team>(team) }; }
            else { problem = "It named a team that does not exist."; }
        }

        if (answer.Skills is { } skills)
        {
            var known = await db.Set<Skill>().Where(s => s.WorkspaceId == workspace).Select(s => s.Id).ToListAsync(ct);
            target = target with { Required = [.. skills.Select(s => new Id<Skill>(s)).Where(known.Contains).Select(s => new WantedSkill(s))] };
            if (target.Required.Count < skills.Count) { problem = "It named a skill that does not exist."; }
        }

        return (answer.Priority is { } priority ? target with { Priority = priority } : target, problem);
    }
}
