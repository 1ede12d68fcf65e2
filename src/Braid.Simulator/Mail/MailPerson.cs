namespace Braid.Simulator.Mail;

/// <summary>Somebody with a mail address. Mails go to the pretend mailboxes, or over <see cref="MailWorld.Route"/> to a real server.</summary>
public sealed class MailPerson
{
    private readonly MailWorld mail;

    internal MailPerson(MailWorld mail, string? name, string address) => (this.mail, Name, Address) = (mail, name, address);

    public string? Name { get; }
    public string Address { get; }

    public Arrivals<MailReceived> Received { get; } = new();

    /// <summary>The start of a mail to an address: change what you like, then <see cref="SendsAsync"/>.</summary>
    public MailComposer Composes(string to, string subject, string text) => new()
    {
        From = new MailParty(Name, Address), To = [new MailParty(null, to)], Subject = subject, Text = text, MessageId = mail.NewMessageId(Address), Date = mail.Now,
    };

    /// <summary>An answer as mail programs make it: subject, ids and the quoted history.</summary>
    public MailComposer Answers(MailReceived received, string text)
    {
        var quoted = string.Join("\n", received.Text.Split('\n').Select(l => "> " + l));
        var subject = received.Subject.StartsWith("Re:", StringComparison.OrdinalIgnoreCase) ? received.Subject : "Re: " + received.Subject;
        return Composes(received.ReplyAddress, subject, $"{text}\n\nOn {received.At:ddd, d MMM yyyy 'at' HH:mm}, {received.From} wrote:\n{quoted}\n") with
        {
            InReplyTo = received.MessageId,
            References = [.. received.References, .. received.MessageId is { } id ? new[] { id } : []],
        };
    }

    /// <summary>Writes a plain mail. <paramref name="proven"/>: the receiving server stamps dmarc=pass, or dmarc=fail.</summary>
    public Task<MailComposer> WritesAsync(string to, string subject, string text, bool proven = true, DateTimeOffset? at = null, CancellationToken ct = default) =>
        SendsAsync(Stamp(Composes(to, subject, text) with { Date = at ?? mail.Now }, proven), at, ct);

    public Task<MailComposer> RepliesAsync(MailReceived received, string text, bool proven = true, DateTimeOffset? at = null, CancellationToken ct = default) =>
        SendsAsync(Stamp(Answers(received, text) with { Date = at ?? mail.Now }, proven), at, ct);

    public async Task<MailComposer> SendsAsync(MailComposer composed, DateTimeOffset? at = null, CancellationToken ct = default)
    {
        await mail.DeliverAsync(Address, [.. composed.To.Concat(composed.Cc).Select(p => p.Address)], composed.Build(), at ?? mail.Now, ct);
        return composed;
    }

    private MailComposer Stamp(MailComposer composed, bool proven) =>
        proven ? composed.ProvenBy(mail.ServerName) : composed.DisprovenBy(mail.ServerName);
}
