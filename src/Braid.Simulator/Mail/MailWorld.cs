using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>
/// The mail of the pretend world: an SMTP server that takes what Braid sends, an IMAP server with the mailboxes Braid reads, and people who
/// write. With <see cref="Route"/> set, what people write goes to a real server instead.
/// </summary>
public sealed class MailWorld : IAsyncDisposable
{
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Dictionary<string, SimulatedMailbox> mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, MailPerson> people = new(StringComparer.OrdinalIgnoreCase);
    private readonly LineServer smtp;
    private readonly LineServer imap;

    internal MailWorld(World world)
    {
        this.world = world;
        smtp = LineServer.Start(world.Options.SmtpPort, (wire, ct) => new SmtpSession(wire, this, world).RunAsync(ct));
        imap = LineServer.Start(world.Options.ImapPort, (wire, ct) => new ImapSession(wire, this, world).RunAsync(ct));
    }

    public int SmtpPort => smtp.Port;
    public int ImapPort => imap.Port;

    /// <summary>The name the receiving server signs Authentication-Results with: an email inbox's authServer.</summary>
    public string ServerName { get; init; } = "mx.tarnandember.example";

    /// <summary>Where people's mails go when not to the pretend mailboxes.</summary>
    public MailRoute? Route { get; set; }

    /// <summary>Every mail Braid has sent.</summary>
    public Arrivals<MailReceived> Sent { get; } = new();

    /// <summary>Addresses that SMTP refuses with 550 5.1.1.</summary>
    public HashSet<string> Unknown { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal DateTimeOffset Now => world.Time.GetUtcNow();

    /// <summary>An account on the pretend IMAP server; its user name is the address.</summary>
    public SimulatedMailbox Mailbox(string address, string password = "kettle-on-the-hob")
    {
        lock (gate)
        {
            if (!mailboxes.TryGetValue(address, out var mailbox))
            {
                mailboxes[address] = mailbox = new SimulatedMailbox(address, password, (uint)world.Number(1_000_000, 2_000_000_000));
            }

            return mailbox;
        }
    }

    public MailPerson Person(string? name, string address)
    {
        lock (gate)
        {
            if (!people.TryGetValue(address, out var person))
            {
                people[address] = person = new MailPerson(this, name, address);
            }

            return person;
        }
    }

    /// <summary>Hands a raw mail to its recipients, however odd it may be.</summary>
    public async Task DeliverAsync(string from, IReadOnlyList<string> to, byte[] mail, DateTimeOffset at, CancellationToken ct)
    {
        if (Route is { } route)
        {
            await MailWire.DeliverAsync(route, from, to, mail, ct);
            return;
        }

        foreach (var mailbox in to.Select(Find).OfType<SimulatedMailbox>().Distinct())
        {
            mailbox.Deliver(mail, at);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await smtp.DisposeAsync();
        await imap.DisposeAsync();
    }

    internal string NewMessageId(string address) =>
        world.Letters(20, "abcdefghijklmnopqrstuvwxyz0123456789") + address[address.IndexOf('@', StringComparison.Ordinal)..];

    internal SimulatedMailbox? SignIn(string user, string password)
    {
        lock (gate)
        {
            return mailboxes.TryGetValue(user, out var mailbox) && mailbox.Password == password ? mailbox : null;
        }
    }

    internal void Accept(MailReceived received)
    {
        Sent.Add(received);
        foreach (var address in received.Recipients)
        {
            Find(address)?.Deliver(received.Raw, received.At);
            MailPerson? person;
            lock (gate)
            {
                person = people.GetValueOrDefault(address);
            }

            person?.Received.Add(received);
        }
    }

    // support+c-7q2k@shop.example is the mailbox support@shop.example (RFC 5233).
    private SimulatedMailbox? Find(string address)
    {
        var (plus, at) = (address.IndexOf('+', StringComparison.Ordinal), address.LastIndexOf('@'));
        lock (gate)
        {
            return mailboxes.GetValueOrDefault(plus > 0 && plus < at ? address[..plus] + address[at..] : address);
        }
    }
}
