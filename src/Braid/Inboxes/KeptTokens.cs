using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>
/// The tokens of all inboxes. In memory while they are good; renewed by one caller at a time on this node and, under a lease, over all
/// nodes: providers with single-use refresh tokens lock out whoever uses an old one. A change of the inbox's settings starts anew.
/// </summary>
internal sealed class KeptTokens(IServiceScopeFactory scopes, IDataProtectionProvider protection, LeaseStore leases, TimeProvider clock)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRenewal = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IDataProtector box = protection.CreateProtector("Braid.InboxTokens");
    private readonly ConcurrentDictionary<(Id<Inbox>, string), Slot> slots = new();

    public IKeptTokens Of(ConnectedInbox inbox) => new Tokens(this, inbox);

    private async Task<KeptToken> GetAsync(ConnectedInbox inbox, string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct)
    {
        var slot = slots.GetOrAdd((inbox.Id, name), _ => new Slot());
        if (slot.Good(inbox, clock) is { } good) { return good; }
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Good(inbox, clock) is { } meanwhile) { return meanwhile; }
            var mark = SettingsMark.Of(inbox.Settings);
            if (await ReadAsync(inbox, name, mark, ct) is { } stored && IsGood(stored) && stored.Value != slot.Refused) { return slot.Keep(inbox, stored); }

            var lease = await LeaseAsync($"token:{inbox.Id}:{name}", ct);
            try
            {
                // Another node may have renewed it while we waited.
                var last = await ReadAsync(inbox, name, mark, ct);
                if (last is not null && IsGood(last) && last.Value != slot.Refused) { return slot.Keep(inbox, last); }
                var fresh = await renew(last, ct);
                await WriteAsync(inbox, name, mark, fresh);
                return slot.Keep(inbox, fresh);
            }
            finally
            {
                await leases.ReleaseAsync(lease, CancellationToken.None);
            }
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private void Forget(ConnectedInbox inbox, string name, KeptToken token)
    {
        if (slots.TryGetValue((inbox.Id, name), out var slot)) { slot.Refuse(token); }
    }

    private bool IsGood(KeptToken token) => token.ExpiresAt is null || token.ExpiresAt - Early > clock.GetUtcNow();

    private async Task<HeldLease> LeaseAsync(string name, CancellationToken ct)
    {
        while (true)
        {
            if (await leases.TryAcquireAsync(name, LongestRenewal, ct) is { } lease) { return lease; }
            // Real time: this waits for another node, not for anything of the product.
            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }

    /// <summary>Null when there is none, or it belongs to other settings.</summary>
    private async Task<KeptToken?> ReadAsync(ConnectedInbox inbox, string name, string mark, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var closed = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<InboxToken>().AsNoTracking()
            .Where(t => t.WorkspaceId == inbox.Workspace && t.InboxId == inbox.Id && t.Name == name).Select(t => t.Value).FirstOrDefaultAsync(ct);
        if (closed is null) { return null; }
        try
        {
            var kept = JsonSerializer.Deserialize<Stored>(box.Unprotect(closed));
            return kept?.Mark == mark ? kept.Token : null;
        }
        catch (CryptographicException)
        {
            return null; // Another master key: the settings can't be read either, and their light says so.
        }
    }

    /// <summary>Not cancelled: a rotated refresh token that is lost here locks the inbox out.</summary>
    private async Task WriteAsync(ConnectedInbox inbox, string name, string mark, KeptToken token)
    {
        var closed = box.Protect(JsonSerializer.Serialize(new Stored(mark, token)));
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        await db.InTransactionAsync(async ct =>
        {
            var rows = await db.Set<InboxToken>().Where(t => t.WorkspaceId == inbox.Workspace && t.InboxId == inbox.Id && t.Name == name)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Value, closed).SetProperty(t => t.RenewedAt, now), ct);
            if (rows == 0)
            {
                db.Add(new InboxToken { WorkspaceId = inbox.Workspace, InboxId = inbox.Id, Name = name, Value = closed, RenewedAt = now });
                await db.SaveChangesAsync(ct);
            }
        }, CancellationToken.None);
    }

    private sealed record Stored(string Mark, KeptToken Token);

    private sealed class Tokens(KeptTokens all, ConnectedInbox inbox) : IKeptTokens
    {
        public Task<KeptToken> GetAsync(string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct) => all.GetAsync(inbox, name, renew, ct);

        public void Forget(string name, KeptToken token) => all.Forget(inbox, name, token);
    }

    private sealed class Slot
    {
        private Entry? entry;

        public SemaphoreSlim Gate { get; } = new(1);

        /// <summary>The value the provider refused last: a stored copy of it is no good either.</summary>
        public string? Refused { get; private set; }

        public KeptToken? Good(ConnectedInbox inbox, TimeProvider clock) =>
            entry is { } e && ReferenceEquals(e.Settings, inbox.Settings) && e.Token.Value != Refused && (e.Token.ExpiresAt is null || e.Token.ExpiresAt - Early > clock.GetUtcNow())
                ? e.Token
                : null;

        public KeptToken Keep(ConnectedInbox inbox, KeptToken token)
        {
            entry = new(inbox.Settings, token);
            return token;
        }

        public void Refuse(KeptToken token)
        {
            if (entry?.Token.Value == token.Value) { Refused = token.Value; }
        }

        private sealed record Entry(ChannelSettings Settings, KeptToken Token);
    }
}
