using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Braid.Simulator.Channels;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Xmpp;

internal sealed class XmppFactory : ISimulatedChannelFactory
{
    public string Channel => "xmpp";

    public async Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => await XmppServer.StartAsync(world.Inner, ct);
}

/// <summary>
/// A small XMPP server, sim.example, with Braid's account: SASL PLAIN, an archive, carbons, file upload. The people of the world are on it
/// without a stream; their programs confirm what arrives.
/// </summary>
public sealed class XmppServer : ISimulatedChannel
{
    internal const string Domain = "sim.example";
    internal const string Us = "support@sim.example";
    internal const string Password = "simulated-xmpp-password-0001";
    private readonly World world;
    private readonly Lock gate = new();
    private readonly Dictionary<string, XmppPerson> people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private readonly List<(string Id, XElement Message, string Stamp)> archive = [];
    private readonly List<XmppSession> sessions = [];
    private ProviderHost host = null!;
    private XmppDoor door = null!;
    private int ids;

    private XmppServer(World world) => this.world = world;

    public JsonObject Settings => new() { ["jid"] = Us, ["password"] = Password, ["host"] = "127.0.0.1", ["port"] = door.Port };

    public SimulatedSkills Skills { get; } = new() { Delivered = true, Read = true };

    internal World World => world;

    internal static async Task<XmppServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new XmppServer(world);
        server.host = await ProviderHost.StartAsync(0, server.HandleAsync, ct);
        server.door = new XmppDoor(stream => new XmppSession(server, stream));
        return server;
    }

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                var local = new string([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
                people[name] = person = new XmppPerson(this, $"{(local.Length > 0 ? local : "p" + people.Count)}@{Domain}", name);
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        await host.DisposeAsync();
    }

    internal void Enter(XmppSession session)
    {
        lock (gate) { sessions.Add(session); }
    }

    internal void Leave(XmppSession session)
    {
        lock (gate) { sessions.Remove(session); }
    }

    /// <summary>Into the archive, when it has words, and to whoever is signed in.</summary>
    internal async Task DeliverAsync(XElement message)
    {
        XmppSession[] open;
        lock (gate)
        {
            if (message.Elements().Any(e => e.Name.LocalName == "body"))
            {
                var id = Id();
                archive.Add((id, new XElement(message), world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
                message.Add(new XElement(XName.Get("stanza-id", "urn:xmpp:sid:0"), new XAttribute("by", Us), new XAttribute("id", id)));
            }

            open = [.. sessions];
        }

        foreach (var session in open) { await session.WriteAsync(message); }
    }

    /// <summary>What Braid said; null when it was taken, else the name of the error.</summary>
    internal string? Take(XElement message, string to)
    {
        XmppPerson? person;
        lock (gate) { person = people.Values.FirstOrDefault(p => p.Id == to); }
        if (person is null) { return "item-not-found"; }
        var id = (string?)message.Attribute("id") ?? "";
        var body = message.Elements().FirstOrDefault(e => e.Name.LocalName == "body")?.Value;
        if (body is null || message.Elements().Any(e => e.Name.LocalName == "retract")) { return null; }
        var url = message.Element(XName.Get("x", "jabber:x:oob"))?.Elements().FirstOrDefault()?.Value;
        var file = url is null ? null : File(url);
        person.Received.Add(new SimulatedReceived(id, file is null ? body : "", file is null ? [] : [file]) { Raw = message.ToString() });
        if (message.Element(XName.Get("request", "urn:xmpp:receipts")) is not null) { _ = DeliverAsync(Bare(person, new XElement(XName.Get("received", "urn:xmpp:receipts"), new XAttribute("id", id)))); }
        return null;
    }

    internal XElement Bare(XmppPerson from, params object[] content) => new(
        XName.Get("message", "jabber:client"), new XAttribute("from", from.Id + "/phone"), new XAttribute("to", Us), new XAttribute("type", "chat"), new XAttribute("id", Id()), content);

    internal string Keep(SimulatedFile file)
    {
        lock (gate)
        {
            var name = $"{files.Count + 1}-{file.Name}";
            files[name] = file;
            return $"{host.Address}files/{Uri.EscapeDataString(name)}";
        }
    }

    /// <summary>Where a file may be put, and got from afterwards.</summary>
    internal string Slot(string name) => $"{host.Address}files/{Id()}-{Uri.EscapeDataString(name)}";

    /// <summary>A page of the archive: after an id, or the newest.</summary>
    internal (List<(string Id, XElement Message, string Stamp)> Page, bool Complete) Page(string? after, int most)
    {
        lock (gate)
        {
            if (after is null) { return (archive.TakeLast(most).ToList(), archive.Count <= most); }
            var rest = archive.SkipWhile(a => a.Id != after).Skip(1).ToList();
            return (rest.Take(most).ToList(), rest.Count <= most);
        }
    }

    internal string Id() => $"sim-{Interlocked.Increment(ref ids)}";

    private SimulatedFile? File(string url)
    {
        lock (gate) { return files.GetValueOrDefault(Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..])); }
    }

    private async Task HandleAsync(HttpContext context) =>
        await ProviderHost.ServeAsync(context, world, SimulatedProvider.Xmpp, context.Request.Method, _ => null, async () =>
        {
            var name = context.Request.Path.Value!.Split('/')[^1];
            if (context.Request.Method == "PUT")
            {
                using var content = new MemoryStream();
                await context.Request.Body.CopyToAsync(content, context.RequestAborted);
                lock (gate) { files[name] = new SimulatedFile(name, context.Request.ContentType ?? "application/octet-stream", content.ToArray()); }
                return new Answer(201, null);
            }

            return File(name) is { } file ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType } : new Answer(404, null);
        });
}

internal sealed class XmppPerson(XmppServer server, string id, string name) : ISimulatedPerson
{
    public string Id { get; } = id;
    public string? Name { get; } = name;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => server.DeliverAsync(server.Bare(
        this, new XElement(XName.Get("body", "jabber:client"), text), new XElement(XName.Get("request", "urn:xmpp:receipts")),
        new XElement(XName.Get("nick", "http://jabber.org/protocol/nick"), Name)));

    public async Task SendsAsync(SimulatedFile file, string? caption = null)
    {
        if (caption is not null) { await WritesAsync(caption); }
        var url = server.Keep(file);
        await server.DeliverAsync(server.Bare(
            this, new XElement(XName.Get("body", "jabber:client"), url), new XElement(XName.Get("x", "jabber:x:oob"), new XElement(XName.Get("url", "jabber:x:oob"), url))));
    }

    public Task ReadsAsync(SimulatedReceived received) =>
        server.DeliverAsync(server.Bare(this, new XElement(XName.Get("displayed", "urn:xmpp:chat-markers:0"), new XAttribute("id", received.Id))));
}
