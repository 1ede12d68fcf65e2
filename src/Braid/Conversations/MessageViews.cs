using System.Text.Json;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

internal sealed record MessageView
{
    public required Id<Message> Id { get; init; }
    public required long Seq { get; init; }
    public required Id<Conversation> ConversationId { get; init; }
    public Id<ChannelThread>? ThreadId { get; init; }
    public Id<Inbox>? InboxId { get; init; }
    public string? Channel { get; init; }
    public required MessageKind Kind { get; init; }
    public required Direction Direction { get; init; }
    public required bool Private { get; init; }
    public required ActorView Author { get; init; }
    public string? Text { get; init; }
    public string? HiddenText { get; init; }
    public required bool Html { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyList<ReaderView> To { get; init; } = [];
    public IReadOnlyList<ReaderView> Cc { get; init; } = [];
    public IReadOnlyList<AttachmentView> Attachments { get; init; } = [];
    public QuoteView? ReplyTo { get; init; }
    public string? Payload { get; init; }
    /// <summary>Buttons, lists and cards as written.</summary>
    public RichContent? Rich { get; init; }
    /// <summary>1 to 5, of a review.</summary>
    public int? Rating { get; init; }
    /// <summary>Where it is seen in public.</summary>
    public string? Permalink { get; init; }
    public string? Referral { get; init; }
    public DateTimeOffset? HiddenAt { get; init; }
    public CallFacts? Call { get; init; }
    /// <summary>What the sender left out or changed, in words.</summary>
    public string? Note { get; init; }
    /// <summary>What can be done to it at the provider now.</summary>
    public IReadOnlyList<ActKind> Acts { get; init; } = [];
    /// <summary>A customer's public comment that can be answered privately.</summary>
    public bool RepliesPrivately { get; init; }
    /// <summary>Our private answer to a public comment.</summary>
    public bool AnswersComment { get; init; }
    public IReadOnlyList<ReactionView> Reactions { get; init; } = [];
    public DateTimeOffset? EditedAt { get; init; }
    public IReadOnlyList<VersionView> Versions { get; init; } = [];
    public DateTimeOffset? DeletedAt { get; init; }
    public SendStatus? Status { get; init; }
    public string? StatusReason { get; init; }
    public DateTimeOffset? StatusAt { get; init; }
    public FailureKind? Failure { get; init; }
    public DateTimeOffset? UndoUntil { get; init; }
    public string? ClientId { get; init; }
    public required DateTimeOffset SentAt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required bool Late { get; init; }
    public Guid? DeliveryId { get; init; }
    public required bool SenderUnverified { get; init; }
}

internal sealed record QuoteView(Id<Message> Id, string? Text, string? Author);

internal sealed record ReactionView(string Emoji, string? By, bool Ours);

internal sealed record VersionView(string? Text, DateTimeOffset At);

internal sealed record AttachmentView(
    Id<Attachment> Id, AttachmentKind Kind, string? Name, string? ContentType, long? Size, AttachmentState State, string? Reason, string? Url, string? ContentId,
    IReadOnlyDictionary<string, string> Facts)
{
    public static AttachmentView From(Attachment a) => new(
        a.Id, a.Kind, a.Name, a.ContentType, a.Size, a.State, a.Reason, a is { State: AttachmentState.Ready, FileId: { } file } ? $"/api/v1/files/{file}" : null, a.ContentId,
        a.Facts is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(a.Facts) ?? []);
}

/// <summary>Turns a page of messages into views, loading what hangs on them set-based: one query each for the whole page.</summary>
internal sealed class MessageViews(BraidDb db, ChannelRegistry registry, TimeProvider clock)
{
    public async Task<IReadOnlyList<MessageView>> OfAsync(IReadOnlyList<Message> messages, CancellationToken ct)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var workspace = messages[0].WorkspaceId;
        var ids = messages.Select(m => m.Id).ToList();
        var attachments = (await db.Set<Attachment>().AsNoTracking().Where(a => a.WorkspaceId == workspace && ids.Contains(a.MessageId)).OrderBy(a => a.Position).ToListAsync(ct)).ToLookup(a => a.MessageId);
        var reactions = (await db.Set<Reaction>().AsNoTracking().Where(r => r.WorkspaceId == workspace && !r.Removed && ids.Contains(r.MessageId)).OrderBy(r => r.At).ThenBy(r => r.ActorId).ToListAsync(ct)).ToLookup(r => r.MessageId);
        var edited = messages.Where(m => m.EditedAt is not null).Select(m => m.Id).ToList();
        var versions = edited.Count == 0 ? Enumerable.Empty<MessageVersion>().ToLookup(v => v.MessageId) : (await db.Set<MessageVersion>().AsNoTracking()
            .Where(v => v.WorkspaceId == workspace && edited.Contains(v.MessageId)).OrderBy(v => v.At).ThenBy(v => v.EditOrder).ToListAsync(ct)).ToLookup(v => v.MessageId);
        var quotes = await QuotesAsync(workspace, messages, ct);
        var channels = await ChannelsAsync(workspace, messages, ct);
        return [.. messages.Select(m => View(m, channels, quotes, attachments, reactions, versions))];
    }

    private async Task<Dictionary<Id<Message>, QuoteView>> QuotesAsync(Id<Workspace> workspace, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        var ids = messages.Where(m => m.ReplyToId is not null).Select(m => m.ReplyToId!.Value).Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Set<Message>().Where(m => m.WorkspaceId == workspace && ids.Contains(m.Id))
            .Select(m => new QuoteView(m.Id, m.DeletedAt == null ? m.Text : null, m.AuthorName)).ToDictionaryAsync(q => q.Id, ct);
    }

    private async Task<Dictionary<Id<Inbox>, string>> ChannelsAsync(Id<Workspace> workspace, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        var ids = messages.Where(m => m.InboxId is not null).Select(m => m.InboxId!.Value).Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Set<Inbox>().Where(i => i.WorkspaceId == workspace && ids.Contains(i.Id)).Select(i => new { i.Id, i.Channel }).ToDictionaryAsync(i => i.Id, i => i.Channel, ct);
    }

    /// <summary>What its author took back is no longer shown; that it was there, and when it went, stays.</summary>
    private MessageView View(
        Message m, Dictionary<Id<Inbox>, string> channels, Dictionary<Id<Message>, QuoteView> quotes,
        ILookup<Id<Message>, Attachment> attachments, ILookup<Id<Message>, Reaction> reactions, ILookup<Id<Message>, MessageVersion> versions)
    {
        var (extras, gone) = (MessageExtras.Parse(m.Extras), m.DeletedAt is not null);
        var channel = m.InboxId is { } of ? channels.GetValueOrDefault(of) : null;
        var can = channel is null ? null : registry.Find(channel)?.Descriptor.Capabilities;
        return new()
        {
            Id = m.Id,
            Seq = m.Seq,
            ConversationId = m.ConversationId,
            ThreadId = m.ThreadId,
            InboxId = m.InboxId,
            Channel = channel,
            Kind = m.Kind,
            Direction = m.Direction,
            Private = m.Kind == MessageKind.Note,
            Author = new(m.AuthorKind, m.AuthorId, m.AuthorName),
            Text = gone ? null : m.Text,
            HiddenText = gone ? null : m.HiddenText,
            Html = !gone && m.Html is not null,
            Subject = m.Subject,
            To = People(extras.To),
            Cc = People(extras.Cc),
            Attachments = gone ? [] : [.. attachments[m.Id].Select(AttachmentView.From)],
            ReplyTo = m.ReplyToId is { } quoted ? quotes.GetValueOrDefault(quoted) : null,
            Payload = extras.Payload,
            Rich = gone ? null : extras.Rich,
            Rating = extras.Rating,
            Permalink = extras.Permalink,
            Referral = extras.Referral,
            HiddenAt = extras.HiddenAt,
            Call = extras.Call,
            Note = extras.Note,
            Acts = can is null ? [] : MessageActs.Of(can, m),
            RepliesPrivately = can is { PrivateReplies: true } && m is { Kind: MessageKind.Comment, Direction: Direction.In, DeletedAt: null, ExternalId: not null },
            AnswersComment = extras.PrivateReplyTo is not null,
            Reactions = [.. reactions[m.Id].Select(r => new ReactionView(r.Emoji, r.ActorName, r.ActorId == Reaction.Us))],
            EditedAt = m.EditedAt,
            Versions = gone ? [] : [.. versions[m.Id].Select(v => new VersionView(v.Text, v.At))],
            DeletedAt = m.DeletedAt,
            Status = m.Status,
            StatusReason = m.StatusReason,
            StatusAt = m.StatusAt,
            Failure = m.Failure,
            UndoUntil = m.Status == SendStatus.Queued && extras.UndoUntil > clock.GetUtcNow() ? extras.UndoUntil : null,
            ClientId = m.ClientId,
            SentAt = m.SentAt,
            ReceivedAt = m.ReceivedAt,
            Late = m.Late,
            DeliveryId = m.DeliveryId,
            SenderUnverified = m.SenderUnverified,
        };
    }

    private static ReaderView[] People(IReadOnlyList<Person>? people) => [.. (people ?? []).Select(p => new ReaderView(p.Name, p.Address ?? p.Id))];
}
