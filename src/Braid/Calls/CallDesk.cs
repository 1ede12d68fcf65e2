using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Calls;

/// <summary>
/// Decides what a ringing call does, while the caller waits: rings the agent who has the customer's conversation, else everybody who is
/// here and can be called; nobody there, or nobody took it: voicemail. The agents it rings for are told at once, so that the customer's
/// profile is on the screen before they speak.
/// </summary>
internal sealed class CallDesk(BraidDb db, TimeProvider clock)
{
    private const int MostRung = 10;
    private static readonly TimeSpan Here = TimeSpan.FromMinutes(2);

    public async Task<CallPlan> AnswerAsync(ConnectedInbox inbox, CallQuestion question, CancellationToken ct)
    {
        if (question.Unanswered) { return Voicemail(); }
        var call = await FindAsync(inbox, question, ct);
        var callable = await CallableAsync(inbox, ct);
        var chosen = call is null ? callable : await PreferAsync(callable, call.Value.Customer, inbox, ct);
        if (chosen.Count == 0) { return Voicemail(); }
        if (call is { } ringing) { await TellAsync(inbox, ringing, chosen, ct); }
        return new CallPlan.Ring([.. chosen.Take(MostRung).Select(a => Target(a.CallAddress!))]);
    }

    /// <summary>The words come from the inbox's settings; the adapter has them.</summary>
    public static CallPlan.Voicemail Voicemail() => new("", null) { Transcribe = true };

    private async Task<Call?> FindAsync(ConnectedInbox inbox, CallQuestion question, CancellationToken ct) => await (
        from m in db.Set<Message>()
        join c in db.Set<Conversation>() on m.ConversationId equals c.Id
        where m.WorkspaceId == inbox.Workspace && m.InboxId == inbox.Id && m.ExternalId == question.CallId && m.Kind == MessageKind.Call
        select new Call(m.Id, c.Id, c.CustomerId, c.RestrictedTo)).Cast<Call?>().FirstOrDefaultAsync(ct);

    /// <summary>Active agents who may see the inbox, gave an address to be called at, and used the workspace in the last two minutes.</summary>
    private async Task<List<Agent>> CallableAsync(ConnectedInbox inbox, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Here;
        var agents = db.Set<Agent>().AsNoTracking().Where(a => a.WorkspaceId == inbox.Workspace && a.State == AgentState.Active && a.CallAddress != null && a.UserId != null
            && db.Set<Session>().Any(s => s.UserId == a.UserId && s.LastSeenAt > since));
        if (inbox.Restricted) { agents = agents.Where(a => db.Set<InboxMember>().Any(m => m.WorkspaceId == inbox.Workspace && m.InboxId == inbox.Id && m.AgentId == a.Id)); }
        return await agents.OrderBy(a => a.CreatedAt).Take(50).ToListAsync(ct);
    }

    private async Task<List<Agent>> PreferAsync(List<Agent> callable, Id<Customers.Customer> customer, ConnectedInbox inbox, CancellationToken ct)
    {
        var assignee = await db.Set<Conversation>().Where(c => c.WorkspaceId == inbox.Workspace && c.CustomerId == customer && c.AssigneeId != null && c.Status != ConversationStatus.Resolved)
            .OrderByDescending(c => c.LastMessageAt).Select(c => c.AssigneeId).FirstOrDefaultAsync(ct);
        return callable.Find(a => a.Id == assignee) is { } theirs ? [theirs] : callable;
    }

    private Task TellAsync(ConnectedInbox inbox, Call call, List<Agent> agents, CancellationToken ct) => db.InTransactionAsync(_ =>
    {
        db.Events.Add(new CallRinging(inbox.Workspace, [.. agents.Take(MostRung).Select(a => a.Id)])
        {
            ConversationId = call.Conversation.Value, MessageId = call.Message.Value, CustomerId = call.Customer.Value, InboxId = inbox.Id.Value, RestrictedTo = call.RestrictedTo?.Value,
        });
        return Task.CompletedTask;
    }, ct);

    private static CallTarget Target(string address) =>
        address.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("sips:", StringComparison.OrdinalIgnoreCase) ? new(CallTargetKind.Sip, address)
        : address.StartsWith("client:", StringComparison.Ordinal) ? new(CallTargetKind.Browser, address["client:".Length..])
        : new(CallTargetKind.Phone, address);

    private readonly record struct Call(Id<Message> Message, Id<Conversation> Conversation, Id<Customers.Customer> Customer, Id<Inbox>? RestrictedTo);
}
