using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>Reads what one attempt needs and puts it into the adapter's words. Everything comes from the message's own thread (DESIGN §9.10).</summary>
internal sealed class OutboundMessages(BraidDb db, IFileStore files, SharedFiles shared, TimeProvider clock)
{
    /// <summary>Threads we open have no name of the provider's yet.</summary>
    public const string Unnamed = "new:";

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <returns>The message, or why it may no longer be sent (the window shut while it waited).</returns>
    public async Task<(OutboundMessage? Message, SendResult? Refused)> BuildAsync(Attempt attempt, ConnectedInbox inbox, CancellationToken ct)
    {
        var message = await db.Set<Message>().AsNoTracking().FirstAsync(m => m.Id == attempt.Message, ct);
        var thread = await db.Set<ChannelThread>().AsNoTracking().FirstAsync(t => t.Id == attempt.Thread, ct);
        var identity = thread.IdentityId is { } id ? await db.Set<Identity>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct) : null;
        var extras = MessageExtras.Parse(message.Extras);

        var verdict = ReplyPolicy.Check(inbox with { Enabled = true }, thread.Audience, identity?.Unreachable, thread.LastInboundAt, clock.GetUtcNow());
        if (!verdict.Ok && verdict.Code == "window_closed" && extras.Template is null && extras.PrivateReplyTo is null)
        {
            return (null, new SendResult.Failed(FailureKind.WindowClosed, verdict.Reason!));
        }

        var (quoted, latest) = (await QuotedAsync(message, ct), await LatestAsync(message, ct));
        return (new OutboundMessage
        {
            Id = message.Id.Value,
            IdempotencyKey = message.Id.Value.ToString("n"),
            Attempt = attempt.Number,
            PartsSent = attempt.PartsSent,
            ThreadId = thread.ExternalId.StartsWith(Unnamed, StringComparison.Ordinal) ? null : thread.ExternalId,
            RecipientId = identity?.ExternalId ?? thread.ExternalId,
            RecipientName = identity?.Name,
            Text = message.Text ?? "",
            Attachments = await AttachmentsAsync(message, ct),
            ReplyTo = quoted?.Id,
            ReplyToExtra = quoted?.Extra ?? Nothing,
            LatestExtra = latest?.Extra ?? Nothing,
            LatestAt = latest?.At,
            Automatic = message.AuthorKind is AuthorKind.System or AuthorKind.Ai,
            Template = extras.Template,
            Rich = extras.Rich,
            PrivateReplyTo = extras.PrivateReplyTo,
            AuthorName = message.AuthorName,
            Mail = extras.MessageId is null ? null : Mail(message, thread, extras),
        }, null);
    }

    private static OutboundMail Mail(Message message, ChannelThread thread, MessageExtras extras) => new()
    {
        Subject = message.Subject ?? thread.Subject ?? "",
        MessageId = extras.MessageId!,
        InReplyTo = extras.InReplyTo,
        References = extras.References ?? [],
        Cc = extras.Cc ?? [],
        ThreadToken = thread.Token,
        Automatic = message.AuthorKind is AuthorKind.System or AuthorKind.Ai,
    };

    private async Task<IReadOnlyList<OutboundAttachment>> AttachmentsAsync(Message message, CancellationToken ct)
    {
        var rows = await (
            from a in db.Set<Attachment>().AsNoTracking()
            join f in db.Set<StoredFile>() on a.FileId equals f.Id
            where a.WorkspaceId == message.WorkspaceId && a.MessageId == message.Id && f.WorkspaceId == message.WorkspaceId
            orderby a.Position
            select new { a.Kind, f.Id, f.Name, f.ContentType, f.Size, f.Hash }).ToListAsync(ct);
        return [.. rows.Select(r => new OutboundAttachment(r.Name, r.ContentType, r.Size, c => files.OpenAsync(message.WorkspaceId, r.Hash, c)) { Kind = r.Kind, Link = shared.Link(message.WorkspaceId, r.Id, r.Name) })];
    }

    private Task<Source?> QuotedAsync(Message message, CancellationToken ct) => message.ReplyToId is not { } quoted ? Task.FromResult<Source?>(null)
        : SourceAsync(db.Set<Message>().Where(m => m.Id == quoted && m.WorkspaceId == message.WorkspaceId && m.ThreadId == message.ThreadId), ct);

    /// <summary>The customer's newest message of this thread: some providers answer by a token it brought (LINE), or by what the device can show.</summary>
    private Task<Source?> LatestAsync(Message message, CancellationToken ct) => SourceAsync(
        db.Set<Message>().Where(m => m.WorkspaceId == message.WorkspaceId && m.ConversationId == message.ConversationId && m.ThreadId == message.ThreadId && m.Direction == Direction.In)
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Seq), ct);

    private static async Task<Source?> SourceAsync(IQueryable<Message> one, CancellationToken ct) =>
        await one.AsNoTracking().Select(m => new { m.ExternalId, m.Extras, m.SentAt }).FirstOrDefaultAsync(ct) is { } found
            ? new(found.ExternalId, MessageExtras.Parse(found.Extras).Provider ?? Nothing, found.SentAt)
            : null;

    private sealed record Source(string? Id, IReadOnlyDictionary<string, string> Extra, DateTimeOffset At);
}
