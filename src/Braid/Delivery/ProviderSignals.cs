using System.Collections.Concurrent;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Tells the customer, where the channel can, that an agent types or has read: on the thread they wrote on last. A courtesy: never queued,
/// never retried, at most one of a kind per conversation every few seconds, and what goes wrong is only logged.
/// </summary>
internal sealed partial class ProviderSignals(IServiceScopeFactory scopes, IInboxDirectory inboxes, ProviderContexts contexts, TimeProvider clock, ILogger<ProviderSignals> logger)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(Guid, ActKind), DateTimeOffset> told = new();

    public void Typing(Id<Workspace> workspace, Guid conversation) => Tell(workspace, conversation, ActKind.Typing);

    public void Read(Id<Workspace> workspace, Guid conversation) => Tell(workspace, conversation, ActKind.MarkRead);

    private void Tell(Id<Workspace> workspace, Guid conversation, ActKind kind)
    {
        var now = clock.GetUtcNow();
        if (told.TryGetValue((conversation, kind), out var before) && now - before < Pause) { return; }
        if (told.Count > Remembered) { told.Clear(); }
        told[(conversation, kind)] = now;
        _ = Task.Run(() => TellAsync(workspace, new(conversation), kind));
    }

    private async Task TellAsync(Id<Workspace> workspace, Id<Conversation> conversation, ActKind kind)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            if (await ActAsync(workspace, conversation, kind, patience.Token) is not var (inbox, act)) { return; }
            var result = await inbox.Channel.ActAsync(act, inbox.Settings, contexts.Of(inbox), patience.Token);
            if (result is not SendResult.Sent) { Log.NotTold(logger, kind, inbox.Channel.Descriptor.Id, result.GetType().Name); }
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, kind);
        }
    }

    private async Task<(ConnectedInbox, OutboundAct)?> ActAsync(Id<Workspace> workspace, Id<Conversation> conversation, ActKind kind, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        var last = await db.Set<Message>().AsNoTracking()
            .Where(m => m.WorkspaceId == workspace && m.ConversationId == conversation && m.Direction == Direction.In && m.ThreadId != null && m.ExternalId != null)
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq).Select(m => new { m.ExternalId, m.Extras, m.DedupeKey, m.ThreadId, m.InboxId }).FirstOrDefaultAsync(ct);
        if (last is not { InboxId: { } inboxId, ThreadId: { } threadId } || await inboxes.FindAsync(inboxId, ct) is not { Enabled: true } inbox || inbox.Workspace != workspace) { return null; }
        var can = inbox.Channel.Descriptor.Capabilities;
        if (kind == ActKind.Typing ? !can.SendsTyping : !can.MarksRead) { return null; }
        var thread = await db.Set<ChannelThread>().AsNoTracking().FirstOrDefaultAsync(t => t.Id == threadId && t.WorkspaceId == workspace, ct);
        if (thread is not { Audience: Audience.Private }) { return null; }
        var person = await db.Set<Customers.Identity>().Where(i => i.Id == thread.IdentityId && i.WorkspaceId == workspace).Select(i => i.ExternalId).FirstOrDefaultAsync(ct);
        return (inbox, new OutboundAct(kind)
        {
            ThreadId = thread.ExternalId, RecipientId = person ?? thread.ExternalId, ExternalId = last.ExternalId, Key = last.DedupeKey,
            Extra = MessageExtras.Parse(last.Extras).Provider ?? new Dictionary<string, string>(), IdempotencyKey = Guid.CreateVersion7().ToString("n"),
        });
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Kind} was not told on {Channel}: {Result}")]
        public static partial void NotTold(ILogger logger, ActKind kind, string channel, string result);

        [LoggerMessage(LogLevel.Debug, "{Kind} could not be told.")]
        public static partial void Failed(ILogger logger, Exception e, ActKind kind);
    }
}
