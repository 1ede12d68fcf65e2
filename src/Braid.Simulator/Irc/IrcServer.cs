using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Net;

namespace Braid.Simulator.Irc;

internal sealed class IrcFactory : ISimulatedChannelFactory
{
    public string Channel => "irc";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => Task.FromResult<ISimulatedChannel>(new IrcServer(world.Inner));
}

/// <summary>A small IRC server with message tags and SASL: one program signs in, the people of the world are on it already.</summary>
public sealed class IrcServer : ISimulatedChannel
{
    private const string Nick = "support";
    private const string Password = "simulated-nick-password-0001";
    private const string Host = "irc.sim.example";
    private readonly World world;
    private readonly LineServer server;
    private readonly Lock gate = new();
    private readonly Dictionary<string, IrcPerson> people = new(StringComparer.Ordinal);
    private LineConnection? braid;
    private int ids;

    internal IrcServer(World world)
    {
        this.world = world;
        server = LineServer.Start(0, ServeAsync);
    }

    public JsonObject Settings => new()
    {
        ["host"] = "127.0.0.1", ["port"] = server.Port, ["plain"] = true, ["nick"] = Nick, ["password"] = Password, ["channels"] = "#help",
    };

    public SimulatedSkills Skills { get; } = new() { FilesIn = false, FilesOut = false };

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct) => Task.CompletedTask;

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                var nick = new string([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
                people[name] = person = new IrcPerson(this, nick.Length > 0 ? nick : "p" + people.Count);
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    /// <summary>Said to nobody, when Braid is away: as on a real network.</summary>
    internal async Task SayAsync(IrcPerson from, string text)
    {
        LineConnection? to;
        lock (gate) { to = braid; }
        if (to is null) { return; }
        var time = world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await WriteAsync(to, $"@time={time};msgid=m{Interlocked.Increment(ref ids)};account={from.Id} :{from.Id}!{from.Id}@home PRIVMSG {Nick} :{line}", CancellationToken.None);
        }
    }

    private async Task ServeAsync(LineConnection line, CancellationToken ct)
    {
        var (nick, user, capable, proven, welcomed) = ("", false, true, false, false);
        try
        {
            while (await line.ReadLineAsync(ct) is { } raw)
            {
                var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(raw));
                var words = text.Split(' ');
                switch (words[0])
                {
                    case "CAP" when words[1] == "LS":
                        capable = false;
                        await WriteAsync(line, $":{Host} CAP * LS :message-tags server-time account-tag sasl", ct);
                        break;
                    case "CAP" when words[1] == "REQ":
                        await WriteAsync(line, $":{Host} CAP * ACK {text["CAP REQ ".Length..]}", ct);
                        break;
                    case "CAP" when words[1] == "END":
                        capable = true;
                        break;
                    case "AUTHENTICATE" when words[1] == "PLAIN":
                        await WriteAsync(line, "AUTHENTICATE +", ct);
                        break;
                    case "AUTHENTICATE":
                        proven = Encoding.UTF8.GetString(Convert.FromBase64String(words[1])).Split('\0') is [_, _, Password];
                        await WriteAsync(line, proven ? $":{Host} 903 * :SASL authentication successful" : $":{Host} 904 * :SASL authentication failed", ct);
                        break;
                    case "NICK":
                        nick = words[1];
                        break;
                    case "USER":
                        user = true;
                        break;
                    case "PING":
                        await WriteAsync(line, $":{Host} PONG {Host} {text["PING ".Length..]}", ct);
                        break;
                    case "JOIN":
                        await WriteAsync(line, $":{nick}!b@home JOIN {words[1]}", ct);
                        break;
                    case "PRIVMSG":
                        if (!await HeardAsync(line, nick, words[1], text[(text.IndexOf(" :", StringComparison.Ordinal) + 2)..], ct)) { return; }
                        break;
                    case "QUIT":
                        return;
                }

                if (user && capable && !welcomed && nick.Length > 0)
                {
                    if (nick == Nick && !proven)
                    {
                        await WriteAsync(line, $":{Host} 433 * {nick} :Nickname is already in use", ct);
                        nick = "";
                        continue;
                    }

                    welcomed = true;
                    await WriteAsync(line, $":{Host} 001 {nick} :Welcome", ct);
                    if (nick == Nick)
                    {
                        lock (gate) { braid = line; }
                    }
                }
            }
        }
        finally
        {
            lock (gate)
            {
                if (braid == line) { braid = null; }
            }
        }
    }

    /// <summary>False when the connection ends.</summary>
    private async Task<bool> HeardAsync(LineConnection line, string nick, string target, string text, CancellationToken ct)
    {
        var fault = world.Faults.IsOut(SimulatedProvider.Irc) ? new Fault.ResetBefore() : world.Faults.Strike(SimulatedProvider.Irc, "PRIVMSG");
        switch (fault)
        {
            case Fault.ResetBefore:
                line.Reset();
                return false;
            case Fault.TooManyRequests:
                await WriteAsync(line, $":{Host} 439 {nick} {target} :Target change too fast. Please wait.", ct);
                return true;
        }

        IrcPerson? person;
        lock (gate) { person = people.Values.FirstOrDefault(p => p.Id == target); }
        if (person is null)
        {
            await WriteAsync(line, $":{Host} 401 {nick} {target} :No such nick/channel", ct);
            return true;
        }

        person.Received.Add(new SimulatedReceived($"r{Interlocked.Increment(ref ids)}", text, []));
        if (fault is not Fault.ResetAfter) { return true; }
        line.Reset();
        return false;
    }

    private static Task WriteAsync(LineConnection line, string text, CancellationToken ct) => line.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"), ct);
}

internal sealed class IrcPerson(IrcServer server, string nick) : ISimulatedPerson
{
    public string Id { get; } = nick;
    public string? Name => Id;
    public Arrivals<SimulatedReceived> Received { get; } = new();

    public Task WritesAsync(string text) => server.SayAsync(this, text);

    /// <summary>IRC carries words only.</summary>
    public Task SendsAsync(SimulatedFile file, string? caption = null) => server.SayAsync(this, caption ?? file.Name);

    public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;
}
