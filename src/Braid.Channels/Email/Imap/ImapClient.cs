using System.Globalization;
using System.Text;
using Braid.Channels.Email.Smtp;
using Braid.Channels.Email.Transport;

namespace Braid.Channels.Email.Imap;

/// <summary>The server said NO or BAD.</summary>
internal sealed class ImapRefusedException(string command, ImapResponse response) : Exception($"{command}: {response.Word} {response.Text}")
{
    public ImapResponse Response { get; } = response;
}

/// <param name="UidValidity">Changes when the server numbers its mails anew.</param>
internal sealed record ImapFolder(long UidValidity, long? UidNext, long Exists);

/// <summary>What FETCH says of one mail before its bytes are asked for.</summary>
internal sealed record ImapMailInfo(long Uid, long Size, DateTimeOffset? Received);

/// <summary>
/// IMAP4rev1 (RFC 3501) as far as an inbox needs it: sign in, open a folder read-only, find and fetch by UID, wait by IDLE (RFC 2177).
/// The raw mail is always fetched; BODYSTRUCTURE and ENVELOPE are wrong on too many servers.
/// </summary>
internal sealed class ImapClient(MailWire wire, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);
    private const int LongestAnswer = 210 * 1024 * 1024;

    private HashSet<string> capabilities = new(StringComparer.OrdinalIgnoreCase);
    private int tags;

    /// <summary>New mail was announced since this was last set to false.</summary>
    public bool NewsHeard { get; set; }

    public bool Can(string capability) => capabilities.Contains(capability);

    public static async Task<ImapClient> ConnectAsync(EmailSettings settings, LineDialer dial, TimeProvider clock, CancellationToken ct)
    {
        var wire = await Deadline.RunAsync(TimeSpan.FromSeconds(20), clock, token =>
            MailWire.OpenAsync(dial, settings.ImapHost!, settings.ImapPort, settings.ImapSecurity == MailSecurity.Tls, settings.CertificateSha256, token), ct);
        var client = new ImapClient(wire, clock);
        try
        {
            await client.GreetAsync(settings, ct);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public async Task SignInAsync(string user, string? password, string? oauthToken, CancellationToken ct)
    {
        try
        {
            if (oauthToken is not null) { await AuthenticateAsync("XOAUTH2", OauthTokens.Message(user, oauthToken), ct); }
            else if (Can("AUTH=PLAIN")) { await AuthenticateAsync("PLAIN", Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}")), ct); }
            else if (Can("LOGINDISABLED")) { throw new MailSecurityException("The IMAP server forbids signing in on this connection; it wants encryption."); }
            else { await LoginAsync(user, password ?? "", ct); }
        }
        catch (ImapRefusedException refused) when (refused.Response.Word == "NO" && !IsTemporary(refused.Response))
        {
            throw new MailSignInException($"The IMAP server refused the sign-in: {refused.Response.Human}", refused.Response.Code);
        }

        await RefreshCapabilitiesAsync(ct);
        // Some providers refuse SELECT to programs that don't introduce themselves.
        if (Can("ID")) { await CommandAsync("ID (\"name\" \"Braid\")", ct, mayFail: true); }
    }

    public async Task<ImapFolder> OpenAsync(string folder, CancellationToken ct)
    {
        long validity = 0, exists = 0;
        long? next = null;
        var answers = await CommandAsync("EXAMINE " + Quote(Mime.Utf7.EncodeFolder(folder)), ct);
        foreach (var answer in answers)
        {
            if (answer.Word == "EXISTS") { exists = answer.Number; }
            if (answer.Word != "OK") { continue; }
            var words = answer.Code.Split(' ');
            if (words.Length < 2 || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) { continue; }
            if (words[0].Equals("UIDVALIDITY", StringComparison.OrdinalIgnoreCase)) { validity = number; }
            if (words[0].Equals("UIDNEXT", StringComparison.OrdinalIgnoreCase) && number > 0) { next = number; }
        }

        NewsHeard = false;
        return new ImapFolder(validity, next, exists);
    }

    /// <summary>UIDs above <paramref name="last"/>, ascending. `*` is the highest UID even when it lies below, so the result is filtered.</summary>
    public async Task<List<long>> FindAfterAsync(long last, CancellationToken ct) =>
        [.. (await SearchAsync($"UID {last + 1}:*", ct)).Where(uid => uid > last).Distinct().Order()];

    public async Task<List<long>> FindSinceAsync(DateTimeOffset day, CancellationToken ct) =>
        [.. (await SearchAsync("SINCE " + day.UtcDateTime.ToString("d-MMM-yyyy", CultureInfo.InvariantCulture), ct)).Distinct().Order()];

    public async Task<List<ImapMailInfo>> DescribeAsync(IReadOnlyList<long> uids, CancellationToken ct)
    {
        var found = new Dictionary<long, ImapMailInfo>();
        foreach (var answer in await CommandAsync($"UID FETCH {string.Join(',', uids)} (UID INTERNALDATE RFC822.SIZE)", ct))
        {
            if (answer.Word != "FETCH" || answer.NumberOf("UID") is not { } uid || answer.NumberOf("RFC822.SIZE") is not { } size) { continue; }
            found[uid] = new ImapMailInfo(uid, size, Mime.MailDates.Read(answer.Item("INTERNALDATE") as string));
        }

        return [.. uids.Where(found.ContainsKey).Select(u => found[u])];
    }

    /// <summary>The mail's bytes without marking it read; null when the server sends none (it may just have been deleted).</summary>
    public async Task<byte[]?> FetchAsync(long uid, bool headerOnly, CancellationToken ct)
    {
        var item = headerOnly ? "BODY[HEADER]" : "BODY[]";
        var answers = await CommandAsync($"UID FETCH {uid} ({item.Replace("BODY", "BODY.PEEK", StringComparison.Ordinal)})", ct, FetchLimit);
        return answers.Where(a => a.Word == "FETCH" && (a.NumberOf("UID") ?? uid) == uid).Select(a => a.BytesOf(item)).FirstOrDefault(b => b is not null);
    }

    /// <summary>Keeps the connection alive and hears of news.</summary>
    public Task PollAsync(CancellationToken ct) => CommandAsync("NOOP", ct);

    /// <summary>Waits until the server announces something or the time is up.</summary>
    public async Task IdleAsync(TimeSpan limit, CancellationToken ct)
    {
        var tag = NextTag();
        await SendAsync(tag + " IDLE", ct);
        using var timer = new CancellationTokenSource(limit, clock);
        var timeUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = timer.Token.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), timeUp);
        var done = false;
        while (true)
        {
            var reading = ReadAsync(ct);
            if (!done && await Task.WhenAny(reading, timeUp.Task) != reading)
            {
                done = true;
                await SendAsync("DONE", ct);
            }

            var answer = done ? await Deadline.RunAsync(CommandLimit, clock, token => reading.WaitAsync(token), ct) : await reading;
            if (answer.Tag == tag) { Require("IDLE", answer); return; }
            Hear(answer);
            if (NewsHeard && !done)
            {
                done = true;
                await SendAsync("DONE", ct);
            }
        }
    }

    public async Task LogoutAsync(CancellationToken ct)
    {
        try
        {
            await Deadline.RunAsync(TimeSpan.FromSeconds(2), clock, token => wire.WriteLineAsync(NextTag() + " LOGOUT", token), ct);
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException)
        {
            // Going away anyhow.
        }
    }

    public ValueTask DisposeAsync() => wire.DisposeAsync();

    private async Task GreetAsync(EmailSettings settings, CancellationToken ct)
    {
        var greeting = await Deadline.RunAsync(CommandLimit, clock, ReadAsync, ct);
        if (greeting.Word == "BYE") { throw new MailProtocolException("The IMAP server turns us away: " + greeting.Human); }
        if (greeting.Word != "OK") { throw new MailProtocolException("This is not an IMAP server that lets us sign in."); }
        if (settings.ImapSecurity == MailSecurity.StartTls)
        {
            await RefreshCapabilitiesAsync(ct);
            if (!Can("STARTTLS")) { throw new MailSecurityException("The IMAP server does not offer STARTTLS on this port."); }
            await CommandAsync("STARTTLS", ct);
            await Deadline.RunAsync(CommandLimit, clock, token => wire.SecureAsync(settings.ImapHost!, settings.CertificateSha256, token), ct);
        }

        await RefreshCapabilitiesAsync(ct);
    }

    private async Task RefreshCapabilitiesAsync(CancellationToken ct)
    {
        var answers = await CommandAsync("CAPABILITY", ct);
        capabilities = new HashSet<string>(answers.Where(a => a.Word == "CAPABILITY").SelectMany(a => a.Values).OfType<string>(), StringComparer.OrdinalIgnoreCase);
    }

    private async Task AuthenticateAsync(string way, string message, CancellationToken ct)
    {
        var tag = NextTag();
        await SendAsync(Can("SASL-IR") ? $"{tag} AUTHENTICATE {way} {message}" : $"{tag} AUTHENTICATE {way}", ct);
        var sent = Can("SASL-IR");
        while (true)
        {
            var answer = await Deadline.RunAsync(CommandLimit, clock, ReadAsync, ct);
            if (answer.Tag == tag) { Require("AUTHENTICATE", answer); return; }
            if (answer.Tag != "+") { Hear(answer); continue; }
            // A second challenge carries the reason of a refusal; an empty line fetches the final answer.
            await SendAsync(sent ? "" : message, ct);
            sent = true;
        }
    }

    // Sent as literals: a password may hold anything.
    private async Task LoginAsync(string user, string password, CancellationToken ct)
    {
        var tag = NextTag();
        byte[][] values = [Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password)];
        var line = tag + " LOGIN";
        foreach (var value in values)
        {
            await SendAsync($"{line} {{{value.Length}}}", ct);
            var answer = await Deadline.RunAsync(CommandLimit, clock, ReadAsync, ct);
            if (answer.Tag != "+") { Require("LOGIN", answer); throw new MailProtocolException("The IMAP server did not ask for the password."); }
            await wire.WriteAsync(value, ct);
            line = "";
        }

        await SendAsync("", ct);
        while (true)
        {
            var answer = await Deadline.RunAsync(CommandLimit, clock, ReadAsync, ct);
            if (answer.Tag == tag) { Require("LOGIN", answer); return; }
        }
    }

    private async Task<IEnumerable<long>> SearchAsync(string what, CancellationToken ct) =>
        (await CommandAsync("UID SEARCH " + what, ct)).Where(a => a.Word == "SEARCH").SelectMany(a => a.Values).OfType<string>()
            .Select(v => long.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : 0).Where(uid => uid > 0);

    private async Task<List<ImapResponse>> CommandAsync(string command, CancellationToken ct, TimeSpan? limit = null, bool mayFail = false)
    {
        var tag = NextTag();
        await SendAsync($"{tag} {command}", ct);
        return await Deadline.RunAsync(limit ?? CommandLimit, clock, async token =>
        {
            var answers = new List<ImapResponse>();
            while (true)
            {
                var answer = await ReadAsync(token);
                if (answer.Tag == tag)
                {
                    if (!mayFail) { Require(command.Split(' ')[0], answer); }
                    return answers;
                }

                Hear(answer);
                answers.Add(answer);
            }
        }, ct);
    }

    private void Hear(ImapResponse answer)
    {
        if (answer is { Tag: "*", Word: "EXISTS" }) { NewsHeard = true; }
        if (answer is { Tag: "*", Word: "BYE" }) { throw new MailProtocolException("The IMAP server closed the session: " + answer.Human); }
    }

    private async Task<ImapResponse> ReadAsync(CancellationToken ct)
    {
        List<byte[]> lines = [], literals = [];
        long total = 0;
        while (true)
        {
            var line = await wire.ReadLineAsync(ct);
            lines.Add(line);
            if (LiteralLength(line) is not { } length) { return ImapResponse.Parse(lines, literals); }
            total += length;
            if (total > LongestAnswer) { throw new MailProtocolException("The IMAP server sent more than can be taken."); }
            literals.Add(await wire.ReadBlockAsync((int)length, ct));
        }
    }

    private static long? LiteralLength(byte[] line)
    {
        if (line.Length < 3 || line[^1] != '}') { return null; }
        var open = Array.LastIndexOf(line, (byte)'{');
        if (open < 0 || line.Length - open > 16) { return null; }
        var digits = Encoding.ASCII.GetString(line, open + 1, line.Length - open - 2).TrimEnd('+');
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
    }

    private Task SendAsync(string line, CancellationToken ct) => Deadline.RunAsync(CommandLimit, clock, token => wire.WriteLineAsync(line, token), ct);

    private string NextTag() => $"A{++tags:0000}";

    private static void Require(string command, ImapResponse answer)
    {
        if (answer.Word != "OK") { throw new ImapRefusedException(command, answer); }
    }

    private static bool IsTemporary(ImapResponse answer) =>
        answer.Code.ToUpperInvariant() is "UNAVAILABLE" or "INUSE" or "SERVERBUG" or "LIMIT" or "OVERQUOTA";

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
