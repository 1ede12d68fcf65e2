using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.Irc;

/// <summary>The server refuses us: wrong password, banned. Words are for the admin.</summary>
internal sealed class IrcRefusedException(string words) : Exception(words);

/// <summary>A connection that is signed in. Reading is the listener's; writing is anybody's, slowed down as servers demand.</summary>
internal sealed class IrcLine : IAsyncDisposable
{
    private const int Burst = 5;
    private static readonly TimeSpan PerLine = TimeSpan.FromSeconds(2);
    private readonly Stream stream;
    private readonly StreamReader reader;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim writing = new(1);
    private readonly SemaphoreSlim speaking = new(1);
    private readonly Lock gate = new();
    private Asked? asked;
    private int questions;
    private DateTimeOffset credit;

    private IrcLine(Stream stream, TimeProvider clock)
    {
        (this.stream, this.clock) = (stream, clock);
        reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: false));
    }

    public string Nick { get; private set; } = "";

    public static async Task<IrcLine> OpenAsync(IrcSettings settings, LineDialer dial, TimeProvider clock, CancellationToken ct)
    {
        var stream = await dial(settings.Host, settings.RealPort, ct);
        if (!settings.Plain) { stream = await SecureLine.OverAsync(stream, settings.Host, settings.CertificateSha256, ct); }
        var line = new IrcLine(stream, clock);
        try
        {
            await line.RegisterAsync(settings, ct);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Null when the server closed the connection.</summary>
    public async Task<string?> ReadAsync(CancellationToken ct) => await reader.ReadLineAsync(ct);

    /// <summary>At once: for PONG and the like.</summary>
    public async Task WriteAsync(string line, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ").Replace("\0", "", StringComparison.Ordinal) + "\r\n");
        await writing.WaitAsync(ct);
        try
        {
            await stream.WriteAsync(bytes, ct);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>
    /// Says one line in its turn (five at once, then one in two seconds), then asks for a PONG: the server answers in order, so an error comes
    /// before it, and the PONG alone means that the line was taken.
    /// </summary>
    public async Task<IrcMessage> SayAsync(string line, CancellationToken ct)
    {
        await speaking.WaitAsync(ct);
        try
        {
            await TurnAsync(ct);
            var question = new Asked($"braid{++questions}");
            lock (gate) { asked = question; }
            await WriteAsync(line, ct);
            await WriteAsync("PING :" + question.Token, ct);
            return await question.Answer.Task.WaitAsync(TimeSpan.FromSeconds(30), clock, ct);
        }
        finally
        {
            lock (gate) { asked = null; }
            speaking.Release();
        }
    }

    /// <summary>The listener shows every line that might be the answer to what we said.</summary>
    public void Note(IrcMessage line)
    {
        if (line.Command == "NICK" && line.Nick is { } old && IrcReceiver.Same(old, Nick) && line[0] is { } now) { Nick = now; }
        lock (gate)
        {
            if (asked is null) { return; }
            switch (line.Command)
            {
                case "ERROR":
                    asked.Answer.TrySetResult(line);
                    break;
                case "PONG" when line.Parameters is [.., var token] && token == asked.Token:
                    asked.Answer.TrySetResult(asked.Trouble ?? line);
                    break;
                case "401" or "403" or "404" or "411" or "412" or "263" or "439" or "442" or "477" or "531" or "716" or "717":
                    asked.Trouble ??= line;
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate) { asked?.Answer.TrySetException(new IOException("closed")); }
        reader.Dispose();
        await stream.DisposeAsync();
    }

    private async Task TurnAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var earliest = now - (PerLine * (Burst - 1));
        credit = credit < earliest ? earliest : credit;
        if (credit > now) { await Task.Delay(credit - now, clock, ct); }
        credit += PerLine;
    }

    private async Task RegisterAsync(IrcSettings settings, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await WriteAsync("CAP LS 302", either.Token);
            if (!string.IsNullOrEmpty(settings.ServerPassword)) { await WriteAsync("PASS " + settings.ServerPassword, either.Token); }
            await WriteAsync("NICK " + (Nick = settings.Nick), either.Token);
            await WriteAsync($"USER {settings.Nick.ToLowerInvariant()} 0 * :Braid", either.Token);
            await new IrcRegistration(this, settings).RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IOException("no welcome in time");
        }
    }

    public async Task RenameAsync(string nick, CancellationToken ct)
    {
        Nick = nick;
        await WriteAsync("NICK " + nick, ct);
    }

    public void Welcomed(string? nick) => Nick = string.IsNullOrEmpty(nick) ? Nick : nick;

    private sealed record Asked(string Token)
    {
        public TaskCompletionSource<IrcMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public IrcMessage? Trouble { get; set; }
    }
}
