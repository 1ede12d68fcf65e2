using System.Collections.Concurrent;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Channels.Xmpp;

/// <summary>The server refuses us; words for the admin, and what to do.</summary>
internal sealed class XmppRefusedException(string words, string fix) : Exception(words)
{
    public string Fix { get; } = fix;
}

/// <summary>
/// A signed-in stream. The listener reads; anybody writes and asks. Stanzas are handled by the server in order, so the answer to a ping sent
/// after a message says that the message was taken.
/// </summary>
internal sealed class XmppStream(Stream line, XmppXml xml, XmppSettings settings, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim writing = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<XElement>> questions = new(StringComparer.Ordinal);
    private long number;

    /// <summary>Where the upload service is and what it takes; looked for once.</summary>
    public (string Jid, long Most)? UploadService { get; set; }

    public bool UploadKnown { get; set; }

    public static Task<XmppStream> OpenAsync(XmppSettings settings, LineDialer dial, TimeProvider clock, CancellationToken ct) => new XmppOpening(settings, dial, clock).RunAsync(ct);

    public async Task WriteAsync(XElement stanza, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(XmppXml.Text(settings.Component ? AsComponent(stanza) : stanza));
        await writing.WaitAsync(ct);
        try
        {
            await line.WriteAsync(bytes, ct);
            await line.FlushAsync(ct);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>The answer to a question, an error included. Throws IOException when the stream ends, TimeoutException when none comes.</summary>
    public async Task<XElement> AskAsync(string type, string? to, XElement question, CancellationToken ct)
    {
        var id = $"braid-q{Interlocked.Increment(ref number)}";
        var answer = new TaskCompletionSource<XElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        questions[id] = answer;
        try
        {
            var iq = new XElement(XmppNames.Client + "iq", new XAttribute("type", type), new XAttribute("id", id), question);
            if (to is not null) { iq.Add(new XAttribute("to", to)); }
            if (settings.Component) { iq.Add(new XAttribute("from", settings.Jid)); }
            await WriteAsync(iq, ct);
            return await answer.Task.WaitAsync(Patience, clock, ct);
        }
        finally
        {
            questions.TryRemove(id, out _);
        }
    }

    /// <summary>Writes a message and waits until the server has taken it.</summary>
    public async Task SayAsync(XElement message, CancellationToken ct)
    {
        await WriteAsync(message, ct);
        await AskAsync("get", settings.Component ? settings.Domain : null, new XElement(XmppNames.Ping + "ping"), ct);
    }

    /// <summary>The next message or presence; answers to our questions find their way by themselves. Null when the stream ended.</summary>
    public async Task<XElement?> ReadAsync(CancellationToken ct)
    {
        await using var ending = ct.Register(Hang);
        while (await NextAsync(ct) is { } stanza)
        {
            if (stanza.Name.LocalName != "iq") { return stanza; }
            if (stanza.Attr("type") is "result" or "error")
            {
                if (questions.TryRemove(stanza.Attr("id") ?? "", out var asked)) { asked.TrySetResult(stanza); }
            }
            else if (XmppStanzas.AnswerTo(stanza) is { } answer)
            {
                await WriteAsync(answer, ct);
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, asked) in questions) { asked.TrySetException(new IOException("the stream ended")); }
        await line.DisposeAsync();
        xml.Dispose();
    }

    /// <summary>A component's stream has a namespace of its own for the same stanzas.</summary>
    private static XElement AsComponent(XElement stanza)
    {
        var copy = new XElement(stanza);
        foreach (var element in copy.DescendantsAndSelf().Where(e => e.Name.Namespace == XmppNames.Client).ToList())
        {
            element.Name = XmppNames.Component + element.Name.LocalName;
        }

        return copy;
    }

    private void Hang()
    {
        try
        {
            line.Dispose();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was gone already.
        }
    }

    private async Task<XElement?> NextAsync(CancellationToken ct)
    {
        try
        {
            return await xml.NextAsync();
        }
        catch (Exception e) when (e is XmlException or ObjectDisposedException or InvalidOperationException)
        {
            ct.ThrowIfCancellationRequested();
            throw new IOException("the stream broke");
        }
    }
}
