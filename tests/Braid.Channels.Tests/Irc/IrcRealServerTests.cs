using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Braid.Channels.Irc;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.OpenNetworks;

namespace Braid.Channels.Tests.Irc;

/// <summary>Against a real ngircd.</summary>
public sealed class IrcRealServerTests : IAsyncLifetime
{
    private readonly IrcChannel channel = new();
    private readonly CancellationTokenSource stop = new();
    private readonly int securePort = RealServer.FreePort();
    private string certificate = "";
    private RealServer server = null!;
    private ChannelSettings settings = null!;
    private TestListenerHost host = null!;
    private Task listening = Task.CompletedTask;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var program = RealServer.Require("ngircd", "IRC");
        server = await RealServer.StartAsync((folder, port) =>
        {
            RealServer.Open(folder);
            certificate = RealServer.WriteCertificate(folder);
            var configuration = Path.Combine(folder, "ngircd.conf");
            File.WriteAllText(configuration, $"""
                [Global]
                Name = irc.test.example
                Info = A server for tests
                Listen = 127.0.0.1
                Ports = {port}
                MotdPhrase = hello
                ServerUID = nobody
                ServerGID = nogroup
                [Options]
                DNS = no
                Ident = no
                PAM = no
                [SSL]
                CertFile = {folder}/cert.pem
                KeyFile = {folder}/key.pem
                Ports = {securePort}
                [Channel]
                Name = #closed
                Modes = tnim
                """);
            return new ProcessStartInfo(program, ["-n", "-f", configuration]);
        }, Ct);
        settings = channel.ParseSettings(JsonSerializer.SerializeToElement(new { host = "127.0.0.1", port = server.Port, plain = true, nick = "braid", channels = "#help" }));
        host = new TestListenerHost();
        listening = Task.Run(() => channel.ListenAsync(settings, host, stop.Token), Ct);
        await host.NextAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (server is not null) { await server.DisposeAsync(); }
        stop.Dispose();
    }

    [Fact]
    public async Task Private_words_and_channels_are_heard_and_answered()
    {
        using var kim = await Peer.ConnectAsync(server.Port, "kim", Ct);
        await kim.SayAsync("JOIN #help");
        await kim.SayAsync("PRIVMSG braid :Where is my parcel? 🙏");
        var heard = await HearsAsync();
        heard.Text.ShouldBe("Where is my parcel? 🙏");
        heard.ThreadId.ShouldBe("kim");

        (await SendAsync("kim", "On its way.")).ShouldBeOfType<SendResult.Sent>();
        (await kim.HearsAsync("On its way.")).ShouldContain("PRIVMSG kim :On its way.");

        await kim.SayAsync("PRIVMSG #help :Anybody?");
        (await HearsAsync()).Audience.ShouldBe(Audience.Shared);
        (await SendAsync("#help", new string('ä', 500))).ShouldBeOfType<SendResult.Sent>().OtherKeys.Count.ShouldBe(2);
        (await kim.HearsAsync("PRIVMSG #help :ä")).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_in_words()
    {
        ((SendResult.Failed)await SendAsync("nobody_here", "Hello?")).Code.ShouldBe("401");
        ((SendResult.Failed)await SendAsync("#closed", "Hello?")).Kind.ShouldBe(FailureKind.Unreachable);
    }

    [Fact]
    public async Task A_time_away_is_noted_as_a_gap()
    {
        var position = host.Position;
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        await using var resumed = new TestListenerHostRun(channel, settings, position);
        await resumed.Host.NextAsync(Ct);

        resumed.Host.Gaps.ShouldHaveSingleItem().Reason.ShouldContain("keeps no messages");
    }

    [Fact]
    public async Task The_connection_is_checked()
    {
        var steps = await channel.CheckAsync(settings, new ConnectContext(new HttpClient(), TimeProvider.System, new Uri("https://braid.example.com/")), Ct);

        steps.ShouldAllBe(step => step.Ok);
    }

    [Fact]
    public async Task Tls_is_spoken_and_a_strange_certificate_refused()
    {
        var context = new ConnectContext(new HttpClient(), TimeProvider.System, new Uri("https://braid.example.com/"));
        var secure = (IrcSettings)settings with { Plain = false, Port = securePort, CertificateSha256 = certificate };

        (await channel.CheckAsync(secure, context, Ct))[0].ShouldSatisfyAllConditions(step => step.Ok.ShouldBeTrue(step.Message));
        (await channel.CheckAsync(secure with { CertificateSha256 = null }, context, Ct))[0].Message.ShouldContain("certificate");
    }

    private async Task<InboundEvent> HearsAsync()
    {
        while (true)
        {
            foreach (var delivery in await host.NextAsync(Ct))
            {
                if (channel.Read(delivery, settings) is Reading.Events events) { return events.Items[0]; }
            }
        }
    }

    private Task<SendResult> SendAsync(string to, string text) => channel.SendAsync(
        new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = Guid.NewGuid().ToString("N"), ThreadId = to, RecipientId = to, Text = text }, settings, new(host.Http, TimeProvider.System), Ct);

    /// <summary>Somebody else on the server.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly TcpClient client = new();
        private StreamReader reader = null!;
        private StreamWriter writer = null!;

        public static async Task<Peer> ConnectAsync(int port, string nick, CancellationToken ct)
        {
            var peer = new Peer();
            await peer.client.ConnectAsync(IPAddress.Loopback, port, ct);
            peer.reader = new StreamReader(peer.client.GetStream());
            peer.writer = new StreamWriter(peer.client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
            await peer.SayAsync("NICK " + nick);
            await peer.SayAsync(string.Create(CultureInfo.InvariantCulture, $"USER {nick} 0 * :{nick}"));
            await peer.HearsAsync(" 001 ");
            return peer;
        }

        public Task SayAsync(string line) => writer.WriteLineAsync(line);

        public async Task<string> HearsAsync(string words)
        {
            while (await reader.ReadLineAsync(Ct) is { } line)
            {
                if (line.StartsWith("PING", StringComparison.Ordinal)) { await SayAsync("PONG" + line[4..]); }
                if (line.Contains(words, StringComparison.Ordinal)) { return line; }
            }

            throw new InvalidOperationException("closed");
        }

        public void Dispose() => client.Dispose();
    }
}
