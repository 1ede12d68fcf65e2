using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Braid.Testing;

/// <summary>What a test SMTP server got: the envelope and the mail as it lay on the wire, dots taken off again.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, byte[] Body)
{
    public string Text => Encoding.Latin1.GetString(Body);
}

/// <summary>
/// A small SMTP server in the test's process, for the faults a real one can't be asked for. <see cref="Answer"/> may replace the answer to
/// any command (`MAIL FROM:...`, `RCPT TO:...`, `DATA`, `.`, `AUTH ...`); null answers as usual, "" hangs up.
/// </summary>
public sealed class SmtpTestServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public SmtpTestServer()
    {
        listener.Start();
        running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public ConcurrentQueue<ReceivedMail> Mails { get; } = new();
    public ConcurrentQueue<string> Commands { get; } = new();
    public Func<string, string?> Answer { get; set; } = _ => null;
    public string Extensions { get; set; } = "250-test\r\n250-SIZE 30000000\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN XOAUTH2\r\n250 ENHANCEDSTATUSCODES";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                try
                {
                    await using var stream = client.GetStream();
                    await ServeAsync(stream);
                }
                catch (IOException)
                {
                    // The client went away.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var from = "";
        var to = new List<string>();
        if (!await SayAsync(stream, Answer("greeting") ?? "220 test ESMTP")) { return; }
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            Commands.Enqueue(line);
            var word = line.Split(' ', ':')[0].ToUpperInvariant();
            var special = Answer(line);
            if (word == "MAIL" && special is null) { from = Inside(line); }
            if (word == "RCPT" && special is null) { to.Add(Inside(line)); }
            if (!await SayAsync(stream, special ?? Usual(word, line))) { return; }
            if (word == "QUIT") { return; }
            if (word != "DATA" || special is not null) { continue; }
            if (await ReadBodyAsync(reader) is not { } body) { return; }
            var final = Answer(".");
            if (final is null) { Mails.Enqueue(new ReceivedMail(from, [.. to], body)); }
            if (!await SayAsync(stream, final ?? "250 2.0.0 queued")) { return; }
            to.Clear();
        }
    }

    private string Usual(string word, string line) => word switch
    {
        "EHLO" => Extensions,
        "AUTH" when line.Equals("AUTH LOGIN", StringComparison.OrdinalIgnoreCase) => "334 VXNlcm5hbWU6",
        "AUTH" => "235 2.7.0 ok",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 2.1.0 ok",
        _ when line.Length == 0 => "535 5.7.8 no",
        _ => "502 5.5.1 unknown",
    };

    /// <summary>Null when the client went away before the final dot: such a mail was never handed over.</summary>
    private async Task<byte[]?> ReadBodyAsync(StreamReader reader)
    {
        var body = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            if (line == ".") { return Encoding.Latin1.GetBytes(body.ToString()); }
            body.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return null;
    }

    private async Task<bool> SayAsync(NetworkStream stream, string answer)
    {
        if (answer.Length == 0) { return false; }
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"), stop.Token);
        return true;
    }

    private static string Inside(string line)
    {
        var open = line.IndexOf('<', StringComparison.Ordinal);
        var close = line.IndexOf('>', StringComparison.Ordinal);
        return open < 0 || close < open ? "" : line[(open + 1)..close];
    }
}
