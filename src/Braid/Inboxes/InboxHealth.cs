using Braid.Channels;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>
/// The inbox's health light. Sending and receiving each speak for themselves, so that the one's success does not hide the other's
/// trouble; only changes are logged and shown.
/// </summary>
internal sealed class InboxHealth(BraidDb db, TimeProvider clock)
{
    public const string Sending = "Can't send: ";
    public const string Receiving = "Can't receive: ";

    public Task TroubleAsync(ConnectedInbox inbox, string side, string reason, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var (now, text) = (clock.GetUtcNow(), side + reason);
        var rows = await db.Set<Inbox>().Where(i => i.WorkspaceId == inbox.Workspace && i.Id == inbox.Id && (i.Trouble == null || i.Trouble != text))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Trouble, text).SetProperty(i => i.LastErrorAt, now), inner);
        if (rows > 0) { Say(inbox, LogLevelName.Error, text, now); }
    }, ct);

    public Task MendedAsync(ConnectedInbox inbox, string side, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        var rows = await db.Set<Inbox>().Where(i => i.WorkspaceId == inbox.Workspace && i.Id == inbox.Id && i.Trouble != null && i.Trouble.StartsWith(side))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Trouble, (string?)null), inner);
        if (rows > 0) { Say(inbox, LogLevelName.Info, side == Sending ? "Sending works again." : "Receiving works again.", clock.GetUtcNow()); }
    }, ct);

    /// <summary>"Last message out": kept to ten seconds, for a busy inbox would write this row all day.</summary>
    public Task SentAsync(ConnectedInbox inbox, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var old = now - TimeSpan.FromSeconds(10);
        return db.Set<Inbox>().Where(i => i.WorkspaceId == inbox.Workspace && i.Id == inbox.Id && (i.LastOutboundAt == null || i.LastOutboundAt < old))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.LastOutboundAt, now), ct);
    }

    /// <summary>A time nobody heard, for the inbox's log: what came in it is not here and can't be had.</summary>
    public Task MissedAsync(ConnectedInbox inbox, DateTimeOffset from, DateTimeOffset until, string reason, CancellationToken ct) => db.InTransactionAsync(inner =>
    {
        Say(inbox, LogLevelName.Warning, $"Nothing was heard from {from:yyyy-MM-dd HH:mm:ss} to {until:yyyy-MM-dd HH:mm:ss} UTC: {reason}", clock.GetUtcNow());
        return Task.CompletedTask;
    }, ct);

    /// <summary>What the provider tells about the account itself.</summary>
    public Task ToldAsync(ConnectedInbox inbox, AccountNews news, CancellationToken ct) => news.Kind == NewsKind.Revoked
        ? TroubleAsync(inbox, Sending, news.Text, ct)
        : db.InTransactionAsync(inner =>
        {
            Say(inbox, news.Kind == NewsKind.Warning ? LogLevelName.Warning : LogLevelName.Info, news.Text, clock.GetUtcNow());
            return Task.CompletedTask;
        }, ct);

    private void Say(ConnectedInbox inbox, LogLevelName level, string text, DateTimeOffset at)
    {
        db.Add(new InboxLogEntry { WorkspaceId = inbox.Workspace, InboxId = inbox.Id, At = at, Level = level, Text = text });
        db.Events.Add(new InboxHealthChanged(inbox));
    }
}

internal sealed record InboxHealthChanged : Braid.Platform.Events.DomainEvent
{
    public InboxHealthChanged(ConnectedInbox inbox)
        : base(inbox.Workspace, "inbox.changed")
    {
        InboxId = inbox.Id.Value;
        RestrictedTo = inbox.Restricted ? inbox.Id.Value : null;
    }
}
