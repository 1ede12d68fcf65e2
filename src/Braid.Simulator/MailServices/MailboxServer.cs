using System.Text.Json.Nodes;
using Braid.Simulator.Mail;

namespace Braid.Simulator.MailServices;

/// <summary>A mail as it lies in the mailbox.</summary>
internal sealed record StoredMail(string Id, string Thread, long Number, byte[] Raw, DateTimeOffset At);

/// <summary>A provider whose mailbox is asked instead of posting: mail is stored, numbered, and read by its API. Bounces come as mails.</summary>
internal abstract class MailboxServer(World world, SimulatedProvider provider) : MailCarrier(world, provider)
{
    private readonly List<StoredMail> mails = [];
    private readonly Dictionary<string, string> threads = new(StringComparer.Ordinal);
    private long number = 1000;

    public override Channels.SimulatedSkills Skills { get; } = new();

    /// <summary>What was numbered before is no longer told: clients must look through the mailbox.</summary>
    public void ForgetHistory()
    {
        lock (Gate) { Oldest = ++number; }
    }

    protected long Oldest { get; private set; }

    protected long Number
    {
        get { lock (Gate) { return number; } }
    }

    public override Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    protected IReadOnlyList<StoredMail> Stored
    {
        get { lock (Gate) { return [.. mails]; } }
    }

    /// <summary>The thread of the mails it names, or a new one.</summary>
    protected string ThreadOf(MailReceived mail)
    {
        lock (Gate)
        {
            var known = mail.References.Append(mail.InReplyTo ?? "").Select(id => threads.GetValueOrDefault(id)).FirstOrDefault(t => t is not null) ?? Hex(16);
            if (mail.MessageId is { } own) { threads[own] = known; }
            return known;
        }
    }

    protected bool KnowsThread(string thread)
    {
        lock (Gate) { return threads.ContainsValue(thread); }
    }

    protected override Task DeliverAsync(byte[] raw, string from, string to)
    {
        var thread = ThreadOf(new MailReceived(from, [to], raw, default));
        lock (Gate) { mails.Add(new StoredMail(Hex(16), thread, ++number, raw, World.Time.GetUtcNow())); }
        return Task.CompletedTask;
    }

    protected override Task ReportAsync(OutgoingMail mail, string recipient, string outcome) => outcome == "failed"
        ? DeliverAsync(MailBounce.Failed(new MailReceived(Support, mail.To, mail.Bytes, World.Time.GetUtcNow()), recipient), "", Support)
        : Task.CompletedTask;

    /// <summary>Takes a whole mail and carries it to everybody in To and Cc.</summary>
    protected MailReceived Submit(byte[] raw)
    {
        var read = new MailReceived(Support, [], raw, World.Time.GetUtcNow());
        string[] to = [.. $"{read.Header("To")},{read.Header("Cc")}".Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(MailPart.Address)];
        ThreadOf(read);
        Accept(OutgoingMail.Of(raw, to, null, "") with { Bytes = raw });
        return read;
    }

    protected override HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to) => throw new NotSupportedException("This provider posts nothing.");

    protected override HttpRequestMessage ReportPost(Uri address, JsonObject report) => throw new NotSupportedException("This provider posts nothing.");
}
