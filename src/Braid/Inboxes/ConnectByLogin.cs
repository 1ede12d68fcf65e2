using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Braid.Inboxes;

/// <summary>
/// Connecting an inbox by signing in at the provider (OAuth 2 with state and PKCE). The state is random, kept as a hash for ten minutes,
/// good once, and only for the admin who began. The provider sends the browser back to a page of the workspace, which hands on what came
/// with it: our cookie does not travel with a visit from another site.
/// </summary>
internal sealed class ConnectByLogin(
    BraidDb db, InboxAccess access, ChannelRegistry channels, InboxSettings box, ProviderContexts contexts, SaveInbox save, PublicAddress address,
    IHttpContextAccessor http, IDataProtectionProvider protection, TimeProvider clock)
{
    public const string ReturnPath = "/app/settings/inboxes/connected";
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(10);

    private readonly IDataProtector locker = protection.CreateProtector("Braid.LoginAttempts");

    /// <param name="Url">Where the browser goes.</param>
    /// <param name="RedirectUri">To be registered at the provider.</param>
    public sealed record Begun(Uri Url, Uri RedirectUri);

    /// <param name="Query">All parameters of the address the provider sent the browser back to.</param>
    public sealed record Answer(IReadOnlyDictionary<string, string> Query);

    /// <param name="Problem">What happened and what to do; null when the inbox is connected.</param>
    public sealed record Finished(Id<Inbox>? InboxId, string? Problem);

    public async Task<Begun> BeginAsync(Id<Inbox> id, Actor by, CancellationToken ct)
    {
        var inbox = await access.RequireToManageAsync(id, by, ct);
        var channel = channels.Require(inbox.Channel);
        if (!channel.HasLogin || by.AgentId is not { } agent)
        {
            throw new RefusalException("no_login", $"{channel.Descriptor.Name} has no sign-in to connect by. Enter its settings.");
        }

        var settings = InboxSettings.Parse(box.Open(inbox.Settings), channel);
        var (state, verifier) = (RandomSecret.Make(bytes: 32), RandomSecret.Make(bytes: 48));
        var redirect = address.Of(http.HttpContext, ReturnPath);
        Uri url;
        try
        {
            url = channel.BeginLogin(settings, new(redirect, state, WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))));
        }
        catch (SettingsException e)
        {
            throw RefusalException.Invalid("Fill in these settings and save first.", e.Problems.ToDictionary(p => "settings." + p.Key, p => p.Value));
        }

        var now = clock.GetUtcNow();
        var old = now - Good;
        await db.InTransactionAsync(async c =>
        {
            await db.Set<LoginAttempt>().Where(a => a.CreatedAt < old).ExecuteDeleteAsync(c);
            db.Add(new LoginAttempt
            {
                StateHash = RandomSecret.Hash(state), WorkspaceId = by.Workspace, InboxId = id, AgentId = agent, Verifier = locker.Protect(verifier), RedirectUri = redirect.AbsoluteUri, CreatedAt = now,
            });
            await db.SaveChangesAsync(c);
        }, ct);
        return new(url, redirect);
    }

    public async Task<Finished> FinishAsync(Answer returned, Actor by, CancellationToken ct)
    {
        var query = returned.Query;
        if (await TakeAsync(query.GetValueOrDefault("state"), by, ct) is not { } attempt)
        {
            return new(null, "This sign-in was begun elsewhere or took too long. Begin again.");
        }

        if (query.GetValueOrDefault("error") is { Length: > 0 } error)
        {
            return new(attempt.InboxId, error == "access_denied" ? "The provider's page was left without agreeing." : $"The provider says: {query.GetValueOrDefault("error_description") ?? error}");
        }

        var inbox = await access.RequireToManageAsync(attempt.InboxId, by, ct);
        var channel = channels.Require(inbox.Channel);
        var settings = InboxSettings.Parse(box.Open(inbox.Settings), channel);
        var answer = new LoginAnswer(new(attempt.RedirectUri), locker.Unprotect(attempt.Verifier), query);
        switch (await channel.FinishLoginAsync(answer, settings, contexts.Of(ConnectedInbox.Of(inbox, channel, settings)), ct))
        {
            case LoginOutcome.Connected connected:
                await save.ChangeAsync(attempt.InboxId, new(null, JsonSerializer.SerializeToElement(connected.Settings), null, null, null, null, null, null, null), by, ct);
                return new(attempt.InboxId, null);
            case LoginOutcome.Refused refused:
                return new(attempt.InboxId, refused.Reason);
            default:
                throw new InvalidOperationException();
        }
    }

    private async Task<LoginAttempt?> TakeAsync(string? state, Actor by, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(state) || by.AgentId is not { } agent) { return null; }
        var (hash, old) = (RandomSecret.Hash(state), clock.GetUtcNow() - Good);
        var attempt = await db.Set<LoginAttempt>().AsNoTracking()
            .FirstOrDefaultAsync(a => a.StateHash == hash && a.WorkspaceId == by.Workspace && a.AgentId == agent && a.CreatedAt >= old, ct);
        var taken = 0;
        if (attempt is not null) { await db.InTransactionAsync(async c => taken = await db.Set<LoginAttempt>().Where(a => a.StateHash == hash).ExecuteDeleteAsync(c), ct); }
        return taken == 1 ? attempt : null;
    }
}
