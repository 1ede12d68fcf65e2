using System.Collections.Concurrent;
using System.Globalization;
using Braid.Channels.Email.Imap;
using Braid.Channels.Email.Smtp;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email;

/// <summary>
/// Reads one mailbox until cancelled or broken. Mails are stored together with the new position; nothing in the mailbox is changed or
/// marked. A mail that can't be fetched three times is stored by its header, and left out after six: it never blocks those behind it.
/// </summary>
internal sealed class EmailListener(OauthTokens tokens) : IListener<EmailSettings>
{
    private const int BatchMails = 20;
    private const long BatchBytes = 8 << 20;
    private const int HeaderOnlyAfter = 3;
    private const int LeftOutAfter = 6;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(2);

    // Servers lock accounts after too many wrong passwords; new settings are another key.
    private static readonly TimeSpan SignInPause = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, int> attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> refusals = new(StringComparer.Ordinal);

    public bool IsWanted(EmailSettings settings) => !string.IsNullOrWhiteSpace(settings.ImapHost);

    public async Task ListenAsync(EmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        try
        {
            await RunAsync(settings, host, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (MailSignInException refused)
        {
            tokens.Forget();
            host.Report(refused.Message + " Check user name and password in the inbox's settings.");
            if (refusals.AddOrUpdate(SignInKey(settings), 1, (_, n) => n + 1) >= 3) { await Task.Delay(SignInPause, host.Clock, ct); }
            throw;
        }
        catch (Exception e)
        {
            host.Report(Trouble(e));
            throw;
        }
    }

    private async Task RunAsync(EmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        await using var client = await ImapClient.ConnectAsync(settings, host.Dial, host.Clock, ct);
        var token = settings.UsesOauth ? await tokens.GetAsync(settings, host.Http, host.Clock, ct) : null;
        await client.SignInAsync(settings.SignInName, settings.Password, token, ct);
        refusals.TryRemove(SignInKey(settings), out _);
        var folder = await client.OpenAsync(settings.Folder, ct);
        var position = await StartAsync(client, folder, settings, host, ct);
        host.Report(null);
        while (true)
        {
            client.NewsHeard = false;
            position = await TakeAsync(client, await client.FindAfterAsync(position.LastUid, ct), position, settings, host, ct);
            if (client.NewsHeard) { continue; }
            if (client.Can("IDLE")) { await client.IdleAsync(IdleLimit, ct); }
            else
            {
                await Task.Delay(TimeSpan.FromSeconds(settings.PollSeconds), host.Clock, ct);
                await client.PollAsync(ct);
            }
        }
    }

    /// <summary>The stored position; a first one for a new inbox; or, when the server numbers anew, all since the last known day again.</summary>
    private async Task<MailboxPosition> StartAsync(ImapClient client, ImapFolder folder, EmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        var known = MailboxPosition.Parse(host.Position);
        if (known is not null && known.UidValidity == folder.UidValidity) { return known; }

        var now = host.Clock.GetUtcNow();
        var highest = folder.UidNext is { } next ? next - 1 : (await client.FindAfterAsync(0, ct)).LastOrDefault();
        DateTimeOffset? since = known is { LastSeconds: > 0 } ? DateTimeOffset.FromUnixTimeSeconds(known.LastSeconds) - Overlap
            : known is not null ? now - Overlap
            : settings.SinceDays > 0 ? now.AddDays(-settings.SinceDays) : null;
        var start = new MailboxPosition(folder.UidValidity, highest, now.ToUnixTimeSeconds());
        if (since is null)
        {
            await host.StoreAsync([], start.ToString(), ct);
            return start;
        }

        // Doubles of what we had are recognised by their Message-ID after storing.
        var uids = await client.FindSinceAsync(since.Value, ct);
        var before = uids.Count > 0 ? uids[0] - 1 : highest;
        return await TakeAsync(client, uids, start with { LastUid = before, LastSeconds = since.Value.ToUnixTimeSeconds() }, settings, host, ct);
    }

    private async Task<MailboxPosition> TakeAsync(
        ImapClient client, List<long> uids, MailboxPosition position, EmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        foreach (var chunk in uids.Chunk(BatchMails))
        {
            var batch = new List<RawDelivery>();
            long bytes = 0;
            foreach (var info in await client.DescribeAsync(chunk, ct))
            {
                if (await FetchAsync(client, info, position.UidValidity, settings, host, ct) is { } delivery)
                {
                    batch.Add(delivery);
                    bytes += delivery.Body.Length;
                }

                var seconds = Math.Max(position.LastSeconds, info.Received?.ToUnixTimeSeconds() ?? 0);
                position = position with { LastUid = Math.Max(position.LastUid, info.Uid), LastSeconds = seconds };
                if (bytes < BatchBytes) { continue; }
                await host.StoreAsync(batch, position.ToString(), ct);
                batch = [];
                bytes = 0;
            }

            // UIDs that were found but are gone by now must not be asked for again.
            position = position with { LastUid = Math.Max(position.LastUid, chunk[^1]) };
            await host.StoreAsync(batch, position.ToString(), ct);
        }

        return position;
    }

    private async Task<RawDelivery?> FetchAsync(ImapClient client, ImapMailInfo info, long validity, EmailSettings settings, IListenerHost host, CancellationToken ct)
    {
        var key = $"{settings.SignInName}@{settings.ImapHost}/{settings.Folder}:{validity}:{info.Uid}";
        var tries = attempts.AddOrUpdate(key, 1, (_, n) => n + 1);
        var tooLarge = info.Size > settings.MaxMegabytes * 1024L * 1024L;
        if (tries > LeftOutAfter)
        {
            attempts.TryRemove(key, out _);
            host.Report($"The mail with number {info.Uid} can't be fetched and was left out. Look at it in the mailbox.");
            return null;
        }

        var headerOnly = tooLarge || tries > HeaderOnlyAfter;
        // Some servers answer without the mail now and then; asking once more helps.
        var body = await client.FetchAsync(info.Uid, headerOnly, ct) ?? await client.FetchAsync(info.Uid, headerOnly, ct);
        attempts.TryRemove(key, out _);
        if (body is null or { Length: 0 }) { return null; }
        var headers = new Dictionary<string, string>
        {
            ["imap-uid"] = info.Uid.ToString(CultureInfo.InvariantCulture),
            ["imap-uidvalidity"] = validity.ToString(CultureInfo.InvariantCulture),
            ["imap-folder"] = settings.Folder,
        };
        if (info.Received is { } received) { headers["imap-received"] = received.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture); }
        if (headerOnly) { headers["truncated"] = tooLarge ? $"{info.Size / 1024 / 1024} MB, more than the limit of {settings.MaxMegabytes} MB" : "the mail server broke off each time"; }
        return new RawDelivery { Body = body, ContentType = "message/rfc822", Headers = headers, ReceivedAt = host.Clock.GetUtcNow() };
    }

    private static string SignInKey(EmailSettings settings) =>
        $"{settings.ImapHost}:{settings.ImapPort} {settings.SignInName} {settings.Password?.GetHashCode(StringComparison.Ordinal)} {settings.OauthRefreshToken?.GetHashCode(StringComparison.Ordinal)}";

    internal static string Trouble(Exception e) => e switch
    {
        ImapRefusedException { Response.Word: "NO" } no => $"The mail server refused: {no.Response.Human}. Check the name of the folder.",
        ImapRefusedException bad => $"The mail server did not understand: {bad.Response.Human}",
        MailSecurityException security => security.Message + " Check port and encryption in the inbox's settings.",
        System.Security.Authentication.AuthenticationException tls => $"The encrypted connection failed: {tls.Message}",
        System.Net.Sockets.SocketException socket => $"The IMAP server can't be reached: {socket.Message}",
        _ => $"The connection to the mail server broke: {e.Message}",
    };
}
