using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>Asks the provider whether the connection works (check), or makes it work (connect), and keeps what came out of it.</summary>
internal sealed class CheckInbox(
    BraidDb db, InboxAccess access, ChannelRegistry channels, InboxSettings box, InboxPresenter presenter, ProviderContexts contexts, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<CheckView> RunAsync(Id<Inbox> id, bool connect, Actor by, CancellationToken ct)
    {
        var inbox = await access.RequireToManageAsync(id, by, ct);
        var channel = channels.Require(inbox.Channel);
        var settings = InboxSettings.Parse(box.Open(inbox.Settings), channel);
        var context = contexts.Of(ConnectedInbox.Of(inbox, channel, settings), presenter.WebhookUrl(inbox));
        var steps = await AskAsync(c => connect ? channel.ConnectAsync(settings, context, c) : channel.CheckAsync(settings, context, c), ct);
        await KeepAsync(inbox, connect, steps, by, ct);
        return new(steps.All(s => s.Ok), steps);
    }

    private async Task<IReadOnlyList<CheckStep>> AskAsync(Func<CancellationToken, Task<IReadOnlyList<CheckStep>>> ask, CancellationToken ct)
    {
        using var cap = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, cap.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [new("Answer", false, "The provider did not answer within a minute.", "Check the address, and that this server may call out.")];
        }
        catch (HttpRequestException e)
        {
            return [new("Connection", false, $"The provider can't be reached: {e.Message}", "Check the address, and that this server may call out.")];
        }
    }

    private async Task KeepAsync(Inbox inbox, bool connect, IReadOnlyList<CheckStep> steps, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var failed = steps.FirstOrDefault(s => !s.Ok);
        var trouble = failed is null ? null : $"{failed.Name}: {failed.Message}";
        foreach (var (i, step) in steps.Index())
        {
            // A millisecond apart, so that the log keeps their order.
            InboxLog.Write(db, inbox, step.Ok ? LogLevelName.Info : LogLevelName.Error, $"{step.Name}: {step.Message}", now.AddMilliseconds(i));
        }

        if (connect)
        {
            db.Audited(by, "inbox.connected", inbox.Id.Value, now);
        }

        if (inbox.Trouble != trouble)
        {
            db.Events.Add(new InboxChanged(inbox));
        }

        await db.InTransactionAsync(async c =>
        {
            // Only the light: somebody may have changed the inbox while the provider thought about it.
            await db.Set<Inbox>().Where(i => i.WorkspaceId == inbox.WorkspaceId && i.Id == inbox.Id)
                .ExecuteUpdateAsync(i => i.SetProperty(x => x.Trouble, trouble).SetProperty(x => x.LastErrorAt, x => trouble == null ? x.LastErrorAt : now), c);
            await db.SaveChangesAsync(c);
        }, ct);
    }
}
