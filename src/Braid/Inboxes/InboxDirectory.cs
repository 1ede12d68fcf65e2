using System.Security.Cryptography;
using System.Text.Json;
using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Inboxes;

/// <summary>
/// Holds one snapshot of all inboxes. A webhook for a known inbox reads it without lock or allocation. It is read anew after a change
/// here, when <see cref="InboxDirectoryRefresh"/> sees another node's change, and when an unknown id comes in (perhaps made elsewhere a moment ago).
/// </summary>
internal sealed partial class InboxDirectory(Database database, ChannelRegistry channels, InboxSettings box, ILogger<InboxDirectory> logger)
    : IInboxDirectory, IDisposable
{
    public const string CannotOpen = "The settings can't be decrypted: this server runs with another master key. Bring the old master.key back, or enter the secrets again.";
    private static readonly TimeSpan MissPause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim one = new(1, 1);
    private volatile InboxSnapshot? snapshot;
    private int wanted = 1;
    private int read;

    private InboxSnapshot? Current => Volatile.Read(ref wanted) == read ? snapshot : null;

    public ValueTask<ConnectedInbox?> FindAsync(Id<Inbox> id, CancellationToken ct) =>
        Current?.Find(id) is { } found ? new(found) : FindSlowlyAsync(id, ct);

    public ValueTask<ConnectedInbox?> FindByAccountAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct) =>
        Current?.Find(workspace, channel, account) is { } found ? new(found) : FindSlowlyAsync(workspace, channel, account, ct);

    public async ValueTask<IReadOnlyList<ConnectedInbox>> AllAsync(CancellationToken ct) => (Current ?? await ReloadAsync(ct)).All;

    public void Forget(Id<Inbox> id) => Interlocked.Increment(ref wanted);

    /// <summary>One small query: has any inbox changed since the snapshot? If so the next reader reads anew.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        if (snapshot is { } now)
        {
            await using var connection = await database.OpenAsync(ct);
            if (await InboxRows.StampAsync(connection, ct) != now.Stamp)
            {
                Interlocked.Increment(ref wanted);
            }
        }
    }

    public void Dispose() => one.Dispose();

    // Apart from the fast ones above, which would else make a closure at each call.
    private ValueTask<ConnectedInbox?> FindSlowlyAsync(Id<Inbox> id, CancellationToken ct) => SlowAsync(s => s.Find(id), ct);

    private ValueTask<ConnectedInbox?> FindSlowlyAsync(Id<Workspace> workspace, string channel, string account, CancellationToken ct) =>
        SlowAsync(s => s.Find(workspace, channel, account), ct);

    private async ValueTask<ConnectedInbox?> SlowAsync(Func<InboxSnapshot, ConnectedInbox?> find, CancellationToken ct)
    {
        var now = Current ?? await ReloadAsync(ct);
        if (find(now) is { } found)
        {
            return found;
        }

        // Strangers' ids ask the database five times a second at most; an inbox that was made elsewhere a moment ago is worth the wait.
        var early = MissPause - now.Age;
        if (early > TimeSpan.Zero) { await Task.Delay(early, ct); }
        if (ReferenceEquals(snapshot, now)) { Interlocked.Increment(ref wanted); }
        return find(await ReloadAsync(ct));
    }

    private async Task<InboxSnapshot> ReloadAsync(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (Current is { } fresh)
            {
                return fresh;
            }

            var asked = Volatile.Read(ref wanted);
            try
            {
                snapshot = await ReadAsync(ct);
                Volatile.Write(ref read, asked);
            }
            catch (Exception e) when (snapshot is not null && Database.IsUnavailable(e))
            {
                // What we knew is better than nothing; the next reader tries again.
                Log.KeepsOld(logger, e.GetBaseException().Message);
            }

            return snapshot!;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<InboxSnapshot> ReadAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        // The stamp first: a change in between makes the next check read again, never miss.
        var stamp = await InboxRows.StampAsync(connection, ct);
        var rows = await InboxRows.ReadAsync(connection, ct);
        return new([.. rows.Select(Connect).OfType<ConnectedInbox>()], stamp);
    }

    private ConnectedInbox? Connect(Inbox row)
    {
        if (channels.Find(row.Channel) is not { } channel)
        {
            Log.NotUsable(logger, row.Id, $"this build has no channel {row.Channel}");
            return null;
        }

        try
        {
            return ConnectedInbox.Of(row, channel, channel.ParseSettings(JsonSerializer.SerializeToElement(box.Open(row.Settings))));
        }
        catch (SettingsException e)
        {
            Log.NotUsable(logger, row.Id, $"its settings are not valid ({string.Join(", ", e.Problems.Keys)})");
        }
        catch (CryptographicException)
        {
            Log.NotUsable(logger, row.Id, CannotOpen);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Inbox {Inbox} can't be used: {Reason}")]
        public static partial void NotUsable(ILogger logger, Id<Inbox> inbox, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Inboxes stay as last read: {Message}")]
        public static partial void KeepsOld(ILogger logger, string message);
    }
}
