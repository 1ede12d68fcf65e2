using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.OpenNetworks;
using Braid.Channels.Xmpp;

namespace Braid.Channels.Tests.Xmpp;

/// <summary>Started once for all tests of the class.</summary>
public sealed class ProsodyFixture : IAsyncDisposable
{
    public const string Password = "prosody-password-0001";
    private readonly Lazy<Task<(RealServer Server, string Certificate)>> server = new(StartAsync);

    internal Task<(RealServer Server, string Certificate)> GetAsync() => server.Value;

    public static int ComponentPort { get; } = RealServer.FreePort();

    public async ValueTask DisposeAsync()
    {
        if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) { await (await server.Value).Server.DisposeAsync(); }
    }

    private static async Task<(RealServer, string)> StartAsync()
    {
        var program = RealServer.Require("prosody", "XMPP");
        var fingerprint = "";
        var started = await RealServer.StartAsync((folder, port) =>
        {
            RealServer.Open(folder);
            fingerprint = RealServer.WriteCertificate(folder);
            var root = Environment.UserName == "root";
            var configuration = Path.Combine(folder, "prosody.cfg.lua");
            File.WriteAllText(configuration, $$"""
                daemonize = false
                {{(root ? "run_as_root = true" : "")}}
                pidfile = "{{folder}}/prosody.pid"
                data_path = "{{folder}}"
                certificates = "{{folder}}"
                log = { error = "{{folder}}/prosody.log" }
                interfaces = { "127.0.0.1" }
                c2s_ports = { {{port}} }
                s2s_ports = { }
                component_ports = { {{ComponentPort}} }
                http_ports = { {{RealServer.FreePort()}} }
                http_interfaces = { "127.0.0.1" }
                https_ports = { }
                authentication = "internal_plain"
                c2s_require_encryption = true
                archive_expires_after = "never"
                modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "carbons", "mam", "offline" }
                modules_disabled = { "s2s" }
                VirtualHost "localhost"
                  ssl = { key = "{{folder}}/key.pem", certificate = "{{folder}}/cert.pem" }
                Component "desk.localhost"
                  component_secret = "{{Password}}"
                Component "conference.localhost" "muc"
                Component "upload.localhost" "http_file_share"
                  http_host = "127.0.0.1"
                """);
            foreach (var user in new[] { "support", "kim", "away", "checked" })
            {
                var accounts = Directory.CreateDirectory(Path.Combine(folder, "localhost", "accounts")).FullName;
                File.WriteAllText(Path.Combine(accounts, user + ".dat"), $"return {{ [\"password\"] = \"{Password}\" }};");
            }

            return new ProcessStartInfo(program, ["--config", configuration, "-F"]);
        }, CancellationToken.None);
        return (started, fingerprint);
    }
}

/// <summary>Against a real prosody: STARTTLS, SCRAM, the archive, carbons, receipts, markers, corrections, reactions.</summary>
public sealed class XmppRealServerTests(ProsodyFixture prosody) : IClassFixture<ProsodyFixture>, IAsyncLifetime
{
    private readonly XmppChannel channel = new();
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource kimLeaves = new();
    private XmppSettings settings = null!;
    private TestListenerHost host = null!;
    private Task listening = Task.CompletedTask;
    private XmppStream kim = null!;
    private readonly System.Threading.Channels.Channel<XElement> hears = System.Threading.Channels.Channel.CreateUnbounded<XElement>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await prosody.GetAsync();
        settings = await SettingsAsync("support");
        Listen(null);
        while (!host.Reports.Contains(null)) { await host.NextAsync(Ct); }
        kim = await XmppStream.OpenAsync(await SettingsAsync("kim"), LineDialers.Direct, TimeProvider.System, Ct);
        _ = Task.Run(async () =>
        {
            while (await kim.ReadAsync(kimLeaves.Token) is { } stanza) { await hears.Writer.WriteAsync(stanza, kimLeaves.Token); }
        }, Ct);
        await kim.WriteAsync(new XElement(XmppNames.Client + "presence"), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await kimLeaves.CancelAsync();
        kimLeaves.Dispose();
        if (kim is not null) { await kim.DisposeAsync(); }
        stop.Dispose();
    }

    private async Task<XmppSettings> SettingsAsync(string user)
    {
        var (server, certificate) = await prosody.GetAsync();
        return (XmppSettings)channel.ParseSettings(JsonSerializer.SerializeToElement(new
        {
            jid = user + "@localhost", password = ProsodyFixture.Password, host = "127.0.0.1", port = server.Port, certificateSha256 = certificate,
        }));
    }

    private void Listen(string? position)
    {
        host = new TestListenerHost(position);
        listening = Task.Run(() => channel.ListenAsync(settings, host, stop.Token), Ct);
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_talk_with_all_its_signs()
    {
        await SaysAsync("k1", "Where is my parcel? 🙏");
        var heard = await NextAsync(e => e.Text is not null);
        heard.Sender!.Id.ShouldBe("kim@localhost");
        (await HearsAsync(s => s.Element(XmppNames.Receipts + "received") is not null)).Element(XmppNames.Receipts + "received").Attr("id").ShouldBe("k1");

        var message = Answer("On its way.");
        (await SendAsync(message)).ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe(message.Id.ToString());
        var got = await HearsAsync(s => s.Own("body") is not null);
        got.Own("body")!.Value.ShouldBe("On its way.");

        await kim.WriteAsync(XmppStanzas.Received("kim@localhost", "support@localhost", "r1", got.Attr("id")!), Ct);
        (await NextAsync(e => e.Status == "delivered")).Correlation.ShouldBe(message.Id.ToString());
        await kim.WriteAsync(XmppStanzas.Displayed("kim@localhost", "support@localhost", "r2", got.Attr("id")!), Ct);
        (await NextAsync(e => e.Status == "read")).TargetKey.ShouldBe(message.Id.ToString());

        await kim.WriteAsync(XmppStanzas.Correction("kim@localhost", "support@localhost", false, "k2", "k1", "Where is my lamp?"), Ct);
        (await NextAsync(e => e.Kind == InboundKind.Edit)).TargetKey.ShouldBe(heard.Key);
        await kim.WriteAsync(XmppStanzas.Reaction("kim@localhost", "support@localhost", false, "k3", got.Attr("id")!, "👍"), Ct);
        (await NextAsync(e => e.Kind == InboundKind.Reaction)).TargetKey.ShouldBe(message.Id.ToString());
        await kim.WriteAsync(XmppStanzas.Retraction("kim@localhost", "support@localhost", false, "k4", "k1"), Ct);
        (await NextAsync(e => e.Kind == InboundKind.Delete)).TargetKey.ShouldBe(heard.Key);
    }

    [Fact]
    public async Task Acts_reach_the_other_side()
    {
        await SaysAsync("a1", "Hello");
        var heard = await NextAsync(e => e.Text == "Hello");
        foreach (var (kind, space) in new[] { (ActKind.Typing, XmppNames.ChatStates), (ActKind.MarkRead, XmppNames.Markers), (ActKind.React, XmppNames.Reactions) })
        {
            var act = new OutboundAct(kind) { ThreadId = heard.ThreadId!, RecipientId = heard.Sender!.Id, ExternalId = heard.ExternalId, Key = heard.Key, Emoji = "👍", IdempotencyKey = Guid.NewGuid().ToString() };
            (await channel.ActAsync(act, settings, new(host.Http, TimeProvider.System), Ct)).ShouldBeOfType<SendResult.Sent>(kind.ToString());
            var got = await HearsAsync(s => s.Elements().Any(e => e.Name.Namespace == space) && s.Own("body") is null);
            if (kind != ActKind.Typing) { got.Elements().First(e => e.Name.Namespace == space).Attr("id").ShouldBe("a1"); }
        }
    }

    [Fact]
    public async Task What_came_while_we_were_away_is_in_the_archive()
    {
        await SaysAsync("b0", "before");
        await NextAsync(e => e.Text == "before");
        var position = host.Position;
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        for (var i = 0; i < 60; i++) { await SaysAsync($"b{i + 1}", string.Create(CultureInfo.InvariantCulture, $"missed {i}")); }
        await kim.AskAsync("get", "localhost", new XElement(XmppNames.Ping + "ping"), Ct);

        await using var resumed = new TestListenerHostRun(channel, settings, position);
        var texts = await resumed.TextsAsync(60, Ct);

        texts.Distinct().Take(60).ShouldBe(Enumerable.Range(0, 60).Select(i => $"missed {i}"));
        resumed.Host.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_component_answers_for_its_whole_domain()
    {
        var desk = (XmppSettings)channel.ParseSettings(JsonSerializer.SerializeToElement(new
        {
            jid = "support@desk.localhost", password = ProsodyFixture.Password, host = "127.0.0.1", port = ProsodyFixture.ComponentPort, component = true,
        }));
        await using var run = new TestListenerHostRun(channel, desk, null);
        await run.Host.NextAsync(Ct);
        await kim.WriteAsync(XmppStanzas.Chat("kim@localhost", "support@desk.localhost", false, "c1", "Hello desk"), Ct);
        (await run.TextsAsync(1, Ct)).ShouldBe(["Hello desk"]);

        (await channel.SendAsync(Answer("Hello Kim"), desk, new(run.Host.Http, TimeProvider.System), Ct)).ShouldBeOfType<SendResult.Sent>();

        var got = await HearsAsync(s => s.Own("body")?.Value == "Hello Kim");
        XmppNames.Bare(got.Attr("from")!).ShouldBe("support@desk.localhost");
    }

    [Fact]
    public async Task A_room_is_heard_and_answered()
    {
        const string room = "help@conference.localhost";
        await kim.WriteAsync(new XElement(XmppNames.Client + "presence", new XAttribute("to", room + "/kim"), new XElement(XmppNames.Muc + "x")), Ct);
        await kim.AskAsync("set", room, new XElement(XName.Get("query", "http://jabber.org/protocol/muc#owner"), new XElement(XName.Get("x", "jabber:x:data"), new XAttribute("type", "submit"))), Ct);
        var there = settings with { Rooms = room };
        await using var run = new TestListenerHostRun(channel, there, null);
        while (!run.Host.Reports.Contains(null)) { await run.Host.NextAsync(Ct); }
        await kim.WriteAsync(XmppStanzas.Chat("kim@localhost", room, true, "g1", "Anybody?"), Ct);
        InboundEvent? heard = null;
        while (heard is null)
        {
            heard = (await run.Host.NextAsync(Ct)).Select(d => channel.Read(d, there)).OfType<Reading.Events>().SelectMany(e => e.Items).FirstOrDefault(e => e.Text == "Anybody?");
        }

        heard.Audience.ShouldBe(Audience.Shared);
        heard.Sender!.Name.ShouldBe("kim");
        (await channel.SendAsync(Answer("Yes") with { ThreadId = room, RecipientId = heard.Sender.Id }, there, new(run.Host.Http, TimeProvider.System), Ct)).ShouldBeOfType<SendResult.Sent>();
        (await HearsAsync(s => s.Own("body")?.Value == "Yes")).Attr("type").ShouldBe("groupchat");
    }

    [Fact]
    public async Task What_the_account_writes_on_a_phone_is_seen()
    {
        await using var phone = await XmppStream.OpenAsync(settings, LineDialers.Direct, TimeProvider.System, Ct);
        await phone.WriteAsync(XmppStanzas.Chat("support@localhost", "kim@localhost", false, "phone-1", "From my phone"), Ct);

        var sent = await NextAsync(e => e.Text == "From my phone");

        sent.Outbound.ShouldBeTrue();
        sent.ThreadId.ShouldBe("kim@localhost");
    }

    [Fact]
    public async Task Nobody_there_is_told_later_as_a_failure()
    {
        var message = Answer("Hello?") with { ThreadId = "nobody@localhost", RecipientId = "nobody@localhost" };
        (await SendAsync(message)).ShouldBeOfType<SendResult.Sent>();

        var failed = await NextAsync(e => e.Status == "failed");

        failed.Correlation.ShouldBe(message.Id.ToString());
        failed.ErrorText.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_file_is_put_on_the_server_and_its_link_sent()
    {
        var bytes = new byte[5000];
        var file = new OutboundAttachment("label.png", "image/png", bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes)));

        (await SendAsync(Answer("") with { Attachments = [file] })).ShouldBeOfType<SendResult.Sent>();

        var url = (await HearsAsync(s => s.Element(XmppNames.Oob + "x") is not null)).Own("body")!.Value;
        await using var media = await channel.OpenMediaAsync(new(url, null), settings, new(host.Http, TimeProvider.System), Ct);
        using var got = new MemoryStream();
        await media.Stream.CopyToAsync(got, Ct);
        got.Length.ShouldBe(bytes.Length);
    }

    [Fact]
    public async Task A_wrong_password_and_a_strange_certificate_are_told_in_words()
    {
        var context = new ConnectContext(new HttpClient(), TimeProvider.System, new Uri("https://braid.example.com/"));
        (await channel.CheckAsync(await SettingsAsync("checked"), context, Ct)).ShouldAllBe(s => s.Ok);
        (await channel.CheckAsync(settings with { Password = "wrong" }, context, Ct))[0].Message.ShouldContain("password");
        (await channel.CheckAsync(settings with { CertificateSha256 = null }, context, Ct))[0].Message.ShouldContain("certificate");
    }

    private Task SaysAsync(string id, string text) => kim.WriteAsync(XmppStanzas.Chat("kim@localhost", "support@localhost", false, id, text), Ct);

    private static OutboundMessage Answer(string text) => new() { Id = Guid.CreateVersion7(), IdempotencyKey = "k", ThreadId = "kim@localhost", RecipientId = "kim@localhost", Text = text };

    private Task<SendResult> SendAsync(OutboundMessage message) => channel.SendAsync(message, settings, new(host.Http, TimeProvider.System), Ct);

    private async Task<InboundEvent> NextAsync(Func<InboundEvent, bool> wanted)
    {
        while (true)
        {
            foreach (var delivery in await host.NextAsync(Ct))
            {
                if (channel.Read(delivery, settings) is Reading.Events events && events.Items.FirstOrDefault(wanted) is { } found) { return found; }
            }
        }
    }

    private async Task<XElement> HearsAsync(Func<XElement, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var stanza = await hears.Reader.ReadAsync(patience.Token);
            if (stanza.Name.LocalName == "message" && wanted(stanza)) { return stanza; }
        }
    }
}
