using System.ComponentModel.DataAnnotations;
using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Does something at the provider to a message that is there already: hides or deletes a public comment, edits or deletes our own
/// message, reacts. The agent waits for the answer: what the provider refused is said at once, and nothing changes here until it agreed.
/// Every act can be repeated without harm.
/// </summary>
internal sealed class ActOnMessage(BraidDb db, ConversationAccess access, IInboxDirectory inboxes, ProviderContexts contexts, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Who reacts for us; one reaction per emoji, as the provider shows one account.</summary>

    public sealed record Request(ActKind Kind, [MaxLength(100_000)] string? Text, [MaxLength(64)] string? Emoji);

    public async Task<Message> RunAsync(Id<Message> id, Request request, Actor by, CancellationToken ct)
    {
        await access.RequireMessageAsync(id, by, Permission.Reply, ct);
        var message = await db.Set<Message>().AsNoTracking().FirstAsync(m => m.Id == id && m.WorkspaceId == by.Workspace, ct);
        var (inbox, act) = await PrepareAsync(message, request, ct);
        Done(await CallAsync(inbox, act, ct));
        await db.InTransactionAsync(inner => KeepAsync(id, request, by, inner), ct);
        return await db.Set<Message>().AsNoTracking().FirstAsync(m => m.Id == id && m.WorkspaceId == by.Workspace, ct);
    }

    private async Task<(ConnectedInbox Inbox, OutboundAct Act)> PrepareAsync(Message message, Request request, CancellationToken ct)
    {
        if (message is not { ThreadId: { } threadId, InboxId: { } inboxId, ExternalId: { } external })
        {
            throw new RefusalException("not_at_provider", "This message is not at the provider, so nothing can be done to it there.");
        }

        var inbox = await inboxes.FindAsync(inboxId, ct);
        if (inbox is not { Enabled: true } || inbox.Workspace != message.WorkspaceId)
        {
            throw new RefusalException("inbox_disabled", "This inbox is switched off. An admin can switch it on in the settings.");
        }

        var ours = message.Direction == Direction.Out;
        if (!MessageActs.Of(inbox.Channel.Descriptor.Capabilities, message).Contains(request.Kind))
        {
            throw new RefusalException("act_unavailable", $"{inbox.Channel.Descriptor.Name} does not allow this here.");
        }

        if (request.Kind == ActKind.Edit && string.IsNullOrWhiteSpace(request.Text)) { throw RefusalException.Invalid("Write the new text.", new Dictionary<string, string> { ["text"] = "Write something." }); }
        if (request.Kind is ActKind.React or ActKind.Unreact && string.IsNullOrWhiteSpace(request.Emoji)) { throw RefusalException.Invalid("Choose an emoji.", new Dictionary<string, string> { ["emoji"] = "Choose an emoji." }); }
        var thread = await db.Set<ChannelThread>().AsNoTracking().FirstAsync(t => t.Id == threadId && t.WorkspaceId == message.WorkspaceId, ct);
        var person = thread.IdentityId is { } identity ? await db.Set<Customers.Identity>().Where(i => i.Id == identity && i.WorkspaceId == message.WorkspaceId).Select(i => i.ExternalId).FirstOrDefaultAsync(ct) : null;
        return (inbox, new OutboundAct(request.Kind)
        {
            ThreadId = thread.ExternalId, RecipientId = person ?? thread.ExternalId, ExternalId = external, Key = message.DedupeKey, Extra = MessageExtras.Parse(message.Extras).Provider ?? new Dictionary<string, string>(), Ours = ours, Text = CleanText.Of(request.Text), Emoji = request.Emoji,
            IdempotencyKey = Guid.CreateVersion7().ToString("n"),
        });
    }

    private async Task<SendResult> CallAsync(ConnectedInbox inbox, OutboundAct act, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await inbox.Channel.ActAsync(act, inbox.Settings, contexts.Of(inbox), either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new SendResult.Unknown("The provider did not answer in time.");
        }
    }

    private static void Done(SendResult result)
    {
        switch (result)
        {
            case SendResult.Sent: return;
            case SendResult.Retry retry: throw new RefusalException("provider_busy", $"Not done: {retry.Reason}. Try again in a moment.", StatusCodes.Status503ServiceUnavailable);
            case SendResult.Unknown lost: throw new RefusalException("provider_unclear", $"The provider did not confirm it: {lost.Reason}. Doing it again does no harm.", StatusCodes.Status502BadGateway);
            case SendResult.Failed failed: throw new RefusalException("provider_refused", failed.Reason, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task KeepAsync(Id<Message> id, Request request, Actor by, CancellationToken ct)
    {
        await db.LockAsync("messages", id.Value, ct);
        var message = await db.Set<Message>().FirstAsync(m => m.Id == id && m.WorkspaceId == by.Workspace, ct);
        var conversation = await db.Set<Conversation>().AsNoTracking().FirstAsync(c => c.Id == message.ConversationId && c.WorkspaceId == by.Workspace, ct);
        var now = clock.GetUtcNow();
        switch (request.Kind)
        {
            case ActKind.Hide or ActKind.Unhide:
                message.Extras = (MessageExtras.Parse(message.Extras) with { HiddenAt = request.Kind == ActKind.Hide ? now : null }).ToJson();
                break;
            case ActKind.Delete:
                message.DeletedAt ??= now;
                break;
            case ActKind.Edit:
                db.Add(new MessageVersion { WorkspaceId = message.WorkspaceId, MessageId = id, At = message.EditedAt ?? message.SentAt, Text = message.Text });
                (message.Text, message.EditedAt) = (CleanText.Of(request.Text), now);
                break;
            case ActKind.React or ActKind.Unreact:
                await ReactAsync(message, request, by, now, ct);
                break;
        }

        db.Audited(by, "message." + request.Kind.ToString().ToLowerInvariant(), id.Value, now);
        await db.SaveChangesAsync(ct);
        db.Events.Add(MessageEvents.Of(message, conversation, request.Kind switch { ActKind.Edit => "edited", ActKind.Delete => "deleted", ActKind.React or ActKind.Unreact => "reacted", _ => "status" }, message.Status));
    }

    private async Task ReactAsync(Message message, Request request, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var removed = request.Kind == ActKind.Unreact;
        await db.Set<Reaction>().Where(r => r.WorkspaceId == message.WorkspaceId && r.MessageId == message.Id && r.ActorId == Reaction.Us && r.Emoji == request.Emoji)
            .ExecuteDeleteAsync(ct);
        db.Add(new Reaction { WorkspaceId = message.WorkspaceId, MessageId = message.Id, ActorId = Reaction.Us, Emoji = request.Emoji!, ActorName = by.Name, At = now, Removed = removed });
    }
}
