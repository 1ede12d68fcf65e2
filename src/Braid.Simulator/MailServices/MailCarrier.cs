using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Braid.Simulator.Mail;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

/// <summary>A mail that Braid handed over, whichever way the service takes it.</summary>
internal sealed record OutgoingMail(string Id, string Subject, string Text, IReadOnlyList<string> To, IReadOnlyList<SimulatedFile> Files)
{
    public required string ReplyAddress { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    /// <summary>What the sender wants back in reports.</summary>
    public string? Tag { get; init; }
    /// <summary>The service's own id.</summary>
    public string ServiceId { get; init; } = "";
    public JsonNode? Raw { get; init; }
    public byte[] Bytes { get; init; } = [];

    public static OutgoingMail Of(byte[] raw, IReadOnlyList<string> to, string? tag, string serviceId)
    {
        var mail = new MailReceived("", to, raw, default);
        return new(mail.MessageId ?? "", mail.Subject, mail.Text, to, mail.Attachments) { ReplyAddress = mail.ReplyAddress, References = mail.References, Tag = tag, ServiceId = serviceId };
    }
}

/// <summary>A mail service of the pretend world: people with mailboxes on one side, the service's HTTP API and webhooks on the other.</summary>
internal abstract class MailCarrier(World world, SimulatedProvider provider = SimulatedProvider.MailWebhook) : PretendProvider(world, provider)
{
    public const string Support = "support@northwind.example";
    private readonly Dictionary<string, OutgoingMail> latest = new(StringComparer.Ordinal);

    public override SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    protected override string PersonId(string name) =>
        $"{string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("mail/" + name)))[..4]}@example.org";

    protected internal override Task WritesAsync(PretendPerson person, string text) => PostMailAsync(person, text, []);

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption) => PostMailAsync(person, caption ?? "", [file]);

    protected internal override Task ReadsAsync(PretendPerson person, SimulatedReceived received)
    {
        OutgoingMail? mail;
        lock (Gate) { mail = latest.GetValueOrDefault(received.Id); }
        return mail is null ? Task.CompletedTask : ReportAsync(mail, person.Id, "read");
    }

    /// <summary>A mail as it arrives at the service, stamped by it.</summary>
    protected virtual Task DeliverAsync(byte[] raw, string from, string to) => TellAsync(new JsonObject { ["kind"] = "mail", ["raw"] = Convert.ToBase64String(raw), ["from"] = from, ["to"] = to });

    protected virtual Task ReportAsync(OutgoingMail mail, string recipient, string outcome) => TellAsync(new JsonObject
    {
        ["kind"] = outcome, ["id"] = mail.Id, ["service"] = mail.ServiceId, ["tag"] = mail.Tag, ["recipient"] = recipient,
    });

    /// <summary>Carries it: known people read it, other addresses bounce.</summary>
    protected void Accept(OutgoingMail mail)
    {
        foreach (var to in mail.To)
        {
            if (Known(to) is not { } person)
            {
                _ = ReportAsync(mail, to, "failed");
                continue;
            }

            lock (Gate) { latest[mail.Id] = latest["to " + to] = mail; }
            person.Received.Add(new SimulatedReceived(mail.Id, mail.Text, mail.Files) { Raw = mail.Raw });
            _ = ReportAsync(mail, to, "delivered");
        }
    }

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var body = events[0].Body;
        return body.Text("kind") == "mail"
            ? MailPost(address, Convert.FromBase64String(body.Text("raw")!), body.Text("from")!, body.Text("to")!)
            : ReportPost(address, body);
    }

    protected abstract HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to);

    /// <param name="report">kind (delivered, read, failed), id, service, tag, recipient.</param>
    protected abstract HttpRequestMessage ReportPost(Uri address, JsonObject report);

    protected override string MethodOf(HttpRequest request, string[] path) => path.LastOrDefault() ?? "";

    private Task PostMailAsync(PretendPerson person, string text, IReadOnlyList<SimulatedFile> files)
    {
        // What was said last is answered: by us, or else her own mail before.
        OutgoingMail? answered;
        lock (Gate) { answered = latest.GetValueOrDefault("to " + person.Id); }
        var to = answered?.ReplyAddress ?? Support;
        var mail = new MailComposer
        {
            From = new MailParty(person.Name, person.Id), To = [new MailParty(null, to)], Subject = answered is null ? "A question" : answered.Subject, Text = text, Attachments = files,
            MessageId = $"{Hex(16)}@example.org", InReplyTo = answered?.Id, References = answered is null ? [] : [.. answered.References, answered.Id], Date = World.Time.GetUtcNow(),
        };
        lock (Gate) { latest.TryAdd("to " + person.Id, new OutgoingMail(mail.MessageId, mail.Subject, text, [], []) { ReplyAddress = Support }); }
        return DeliverAsync((Stamp is { } server ? mail.ProvenBy(server) : mail).Build(), person.Id, to);
    }

    /// <summary>The name under which the service writes what it found about the sender; null where it tells it elsewhere.</summary>
    protected virtual string? Stamp => null;
}

internal abstract class MailCarrierFactory(string channel, Func<World, MailCarrier> start) : ISimulatedChannelFactory
{
    public string Channel => channel;

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => start(world.Inner).StartAsync(ct);
}
