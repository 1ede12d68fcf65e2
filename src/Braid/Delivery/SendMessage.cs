using Braid.Accounts;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>
/// Stores what an agent, a rule or the AI says, and queues it. Nothing is sent here. The client's id is unique in the workspace for
/// ever: the same id again gives back the first message, however often and wherever it is sent.
/// </summary>
internal sealed class SendMessage(BraidDb db, ConversationAccess access, SendTarget target, PrivateReply privately, ResolveConversation resolve, OutboundBells bells, TimeProvider clock)
{
    public async Task<Message> RunAsync(Id<Conversation> id, SendRequest request, string? clientId, Actor by, CancellationToken ct)
    {
        request.Validate();
        var mark = request.Fingerprint(id);
        await access.RequireAsync(id, by, Permission.Reply, ct);
        if (await FirstAsync(clientId, mark, by, ct) is { } first)
        {
            return first;
        }

        try
        {
            Message? message = null;
            await db.InTransactionAsync(async inner => message = await StoreAsync(id, request, clientId, mark, by, inner), ct);
            return message!;
        }
        catch (DbUpdateException e) when (clientId is not null && Database.IsConflict(e))
        {
            // The same send came twice at once, here or on another node: the other one won.
            db.ChangeTracker.Clear();
            return await FirstAsync(clientId, mark, by, ct) ?? throw new RefusalException("conflict", "Somebody changed this at the same moment. Try again.");
        }
    }

    private async Task<Message?> FirstAsync(string? clientId, string mark, Actor by, CancellationToken ct)
    {
        if (clientId is null)
        {
            return null;
        }

        var first = await db.Set<Message>().AsNoTracking().FirstOrDefaultAsync(m => m.WorkspaceId == by.Workspace && m.ClientId == clientId, ct);
        return first is null || MessageExtras.Parse(first.Extras).Fingerprint == mark
            ? first
            : throw new RefusalException("idempotency_mismatch", "This Idempotency-Key was used for another message. Take a new key.", StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<Message> StoreAsync(Id<Conversation> id, SendRequest request, string? clientId, string mark, Actor by, CancellationToken ct)
    {
        var (comment, answered) = request.PrivateReplyTo is { } of ? await privately.OpenAsync(id, of, by, ct) : (null, id);
        var conversation = await LockAsync(answered, by, ct);
        if (conversation.Status == ConversationStatus.Resolved && !request.Private && by.AgentId is not null)
        {
            throw new RefusalException("conversation_resolved", "This conversation is resolved. Reopen it before you write.");
        }

        await RequireSeenAsync(conversation, request, ct);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var to = request.Private ? null : await target.ChooseAsync(conversation, request, comment, now, ct);
        var message = Compose(conversation, request, to, comment, clientId, mark, by, now);
        db.Add(message);
        await AttachAsync(message, request, to, ct);
        await QuoteAsync(message, request, ct);
        await db.SaveChangesAsync(ct);

        var undo = TimeSpan.FromSeconds(request.UndoSeconds ?? 0);
        if (to is not null)
        {
            db.Add(new Send { MessageId = message.Id, WorkspaceId = by.Workspace, InboxId = to.Inbox.Id, ThreadId = to.Thread.Id, Seq = message.Seq, DueAt = now + undo, CreatedAt = now });
            await to.JoinAsync(db, conversation, by, now, ct);
            db.AfterCommit(() => bells.Ring(to.Inbox.Id));
        }

        await CountAsync(message, to, now, ct);
        if (request.Then == "resolve" && conversation.Status != ConversationStatus.Resolved)
        {
            await db.SaveChangesAsync(ct);
            await resolve.RunAsync(conversation.Id, by, ct);
        }

        await db.SaveChangesAsync(ct);
        db.Events.Add(to is null
            ? new NoteAdded(by.Workspace) { ConversationId = conversation.Id.Value, MessageId = message.Id.Value, CustomerId = conversation.CustomerId.Value, RestrictedTo = conversation.RestrictedTo?.Value }
            : MessageEvents.Of(message, conversation, "queued", SendStatus.Queued));
        return message;
    }

    /// <summary>In the house's order: the customer, then the conversation. What was read before the lock is read again.</summary>
    private async Task<Conversation> LockAsync(Id<Conversation> id, Actor by, CancellationToken ct)
    {
        var conversation = await access.RequireAsync(id, by, Permission.Reply, ct);
        await db.LockAsync("customers", conversation.CustomerId.Value, ct);
        await db.LockAsync("conversations", id.Value, ct);
        await db.Entry(conversation).ReloadAsync(ct);
        return conversation;
    }

    private async Task RequireSeenAsync(Conversation conversation, SendRequest request, CancellationToken ct)
    {
        if (request.LastSeenMessageId is not { } seen || request.Private)
        {
            return;
        }

        var messages = db.Set<Message>().Where(m => m.WorkspaceId == conversation.WorkspaceId && m.ConversationId == conversation.Id);
        var seq = await messages.Where(m => m.Id == seen).Select(m => (long?)m.Seq).FirstOrDefaultAsync(ct)
            ?? throw RefusalException.Invalid("The message you saw last is not in this conversation.", new Dictionary<string, string> { ["lastSeenMessageId"] = "Load the conversation again." });
        if (await messages.AnyAsync(m => m.Seq > seq && m.Direction == Direction.In, ct))
        {
            throw new RefusalException("newer_message", "The customer has written meanwhile. Read it, then send again.");
        }
    }

    private static Message Compose(Conversation conversation, SendRequest request, SendTarget.Place? to, Message? comment, string? clientId, string mark, Actor by, DateTimeOffset now)
    {
        var id = Id<Message>.New();
        var undo = to is not null && request.UndoSeconds is > 0 and var seconds ? now + TimeSpan.FromSeconds(seconds) : (DateTimeOffset?)null;
        var extras = to?.Mail?.Extras(id) ?? MessageExtras.None;
        return new()
        {
            Id = id,
            WorkspaceId = conversation.WorkspaceId,
            ConversationId = conversation.Id,
            ThreadId = to?.Thread.Id,
            InboxId = to?.Inbox.Id,
            Direction = Direction.Out,
            Kind = to is null ? MessageKind.Note : MessageKind.Message,
            AuthorKind = by.AgentId is null ? AuthorKind.System : AuthorKind.Agent,
            AuthorId = by.AgentId?.Value,
            AuthorName = by.Name,
            ClientId = clientId,
            Text = CleanText.Of(request.Text),
            Subject = to?.Mail?.Subject,
            Extras = (extras with
            {
                Template = request.Template?.ToOutbound(), Rich = request.Rich, PrivateReplyTo = comment?.ExternalId, UndoUntil = undo, Fingerprint = mark,
            }).ToJson(),
            SentAt = now,
            ReceivedAt = now,
            Status = to is null ? null : SendStatus.Queued,
            StatusAt = to is null ? null : now,
        };
    }

    private async Task AttachAsync(Message message, SendRequest request, SendTarget.Place? to, CancellationToken ct)
    {
        if (request.Attachments is not { Count: > 0 } wanted)
        {
            return;
        }

        var files = await db.Set<StoredFile>().AsNoTracking().Where(f => f.WorkspaceId == message.WorkspaceId && wanted.Contains(f.Id)).ToDictionaryAsync(f => f.Id, ct);
        if (to is not null) { OutgoingFiles.Check(wanted.Where(files.ContainsKey).Select(f => files[f]), to.Inbox.Channel.Descriptor); }
        for (var i = 0; i < wanted.Count; i++)
        {
            var file = files.GetValueOrDefault(wanted[i])
                ?? throw RefusalException.Invalid("A file is missing.", new Dictionary<string, string> { ["attachments"] = "Upload the file again." });
            db.Add(OutgoingFiles.Attachment(message, file, i));
        }
    }

    /// <summary>Only from its own thread: what others wrote elsewhere stays there (DESIGN §9.10).</summary>
    private async Task QuoteAsync(Message message, SendRequest request, CancellationToken ct)
    {
        if (request.ReplyTo is { } quoted)
        {
            message.ReplyToId = await db.Set<Message>().AnyAsync(m => m.Id == quoted && m.WorkspaceId == message.WorkspaceId && m.ConversationId == message.ConversationId
                && (message.ThreadId == null || m.ThreadId == message.ThreadId), ct)
                ? quoted
                : throw RefusalException.Invalid("Quote a message of the same thread.", new Dictionary<string, string> { ["replyTo"] = "This message is on another thread." });
        }
    }

    /// <summary>Set-based, because the ingest writes the same columns; the lock on the conversation is held.</summary>
    private async Task CountAsync(Message message, SendTarget.Place? to, DateTimeOffset now, CancellationToken ct)
    {
        var row = db.Set<Conversation>().Where(c => c.Id == message.ConversationId && c.WorkspaceId == message.WorkspaceId);
        await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageCount, c => c.MessageCount + 1), ct);
        await row.Where(c => c.LastMessageAt <= now).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastMessageId, message.Id).SetProperty(c => c.LastMessageAt, now), ct);
        if (to is not null)
        {
            // What Braid says by itself ("nobody is here now") answers nobody.
            if (message.AuthorKind != AuthorKind.System) { await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.WaitingSince, (DateTimeOffset?)null), ct); }
            await db.Set<ChannelThread>().Where(t => t.Id == to.Thread.Id && t.LastMessageAt < now).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastMessageAt, now), ct);
        }
    }
}
