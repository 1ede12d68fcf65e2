using System.Text;
using Braid.Simulator;
using Braid.Simulator.Mail;
using Braid.Testing;

namespace Braid.EndToEnd;

/// <summary>Where Braid's mails go: Postfix's smtp-sink where it is installed, else the pretend world's server.</summary>
internal sealed class PostOffice : IAsyncDisposable
{
    private readonly SmtpSink? sink;

    private PostOffice(SmtpSink? sink) => this.sink = sink;

    public static async Task<PostOffice> OpenAsync(CancellationToken ct) => new(SmtpSink.Missing is null ? await SmtpSink.StartAsync(ct) : null);

    public int Port(SimulatedWorld world) => sink?.Port ?? world.Mail.SmtpPort;

    /// <summary>The one mail with this text. A mail is here before its sending counts as done.</summary>
    public MailReceived Mail(SimulatedWorld world, string text) =>
        (sink is null ? world.Mail.Sent.Items : [.. sink.Mails().Select(Read)]).Where(m => m.Text.Contains(text, StringComparison.Ordinal)).ShouldHaveSingleItem();

    public async ValueTask DisposeAsync()
    {
        if (sink is not null) { await sink.DisposeAsync(); }
    }

    // smtp-sink writes the envelope above the mail: X-Client-Addr, ..., X-Mail-Args: <a>, X-Rcpt-Args: <b>, then Received and what was sent.
    private static MailReceived Read(string text)
    {
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        var start = lines.FindIndex(l => l.StartsWith("X-Client-Addr:", StringComparison.Ordinal));
        var envelope = lines.Skip(start).TakeWhile(l => l.StartsWith("X-", StringComparison.Ordinal)).ToList();
        var mail = string.Join("\r\n", lines.Skip(start + envelope.Count));
        return new MailReceived(
            Inside(envelope.First(l => l.StartsWith("X-Mail-Args:", StringComparison.Ordinal))),
            [.. envelope.Where(l => l.StartsWith("X-Rcpt-Args:", StringComparison.Ordinal)).Select(Inside)],
            Encoding.Latin1.GetBytes(mail), TimeProvider.System.GetUtcNow());
    }

    private static string Inside(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
