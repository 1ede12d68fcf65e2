using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Braid.Channels.Gmail;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.EmailWebhook;
using Braid.Simulator;
using Braid.Simulator.MailServices;

namespace Braid.Channels.Tests.Gmail;

public sealed class GmailConformance : MailConformance<GmailChannel>
{
    protected override string SettingsJson => $$"""{"address":"{{Support}}","clientId":"client-1","clientSecret":"client-secret-one","refreshToken":"refresh-token-one"}""";

    protected override string OtherSettingsJson => $$"""{"address":"{{Support}}","clientId":"client-1","clientSecret":"client-secret-two","refreshToken":"refresh-token-two"}""";

    protected override bool HasWebhook => false;

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override string SuccessBody => """{"id":"18f0","threadId":"18ef","labelIds":["SENT"]}""";

    protected override byte[]? Raw(ProviderRequest request) => request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("raw", out var raw) ? Base64Url.DecodeFromChars(raw.GetString()) : null;
}

public sealed class GmailTests
{
    private static readonly GmailChannel Channel = new();
    private static readonly GmailSettings Settings = new() { Address = "support@northwind.example", ClientId = "client-1", ClientSecret = "secret-1", RefreshToken = "refresh-1" };

    [Fact]
    public void Signing_in_asks_for_reading_and_sending_only()
    {
        var there = Channel.BeginLogin(Settings, new LoginRequest(new("https://braid.example.com/oauth"), "state-1", "challenge-1")).AbsoluteUri;

        there.ShouldSatisfyAllConditions(
            u => u.ShouldStartWith("https://accounts.google.com/o/oauth2/v2/auth?"), u => u.ShouldContain("gmail.readonly"), u => u.ShouldContain("gmail.send"), u => u.ShouldNotContain("mail.google.com"),
            u => u.ShouldContain("code_challenge=challenge-1&code_challenge_method=S256"), u => u.ShouldContain("access_type=offline"), u => u.ShouldNotContain("secret-1"));
        Should.Throw<SettingsException>(() => Channel.BeginLogin(new GmailSettings(), new LoginRequest(new("https://braid.example.com/oauth"), "s", "c")));
    }

    [Fact]
    public async Task The_code_becomes_a_refresh_token()
    {
        var google = new FakeProvider(ProviderReply.Ok("""{"access_token":"a","expires_in":3599,"refresh_token":"lasting"}"""));
        var answer = new LoginAnswer(new("https://braid.example.com/oauth"), "verifier-1", new Dictionary<string, string> { ["code"] = "code-1" });

        var outcome = (await Channel.FinishLoginAsync(answer, Settings, new ProviderContext(google.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Connected>();

        outcome.Settings["refreshToken"]!.GetValue<string>().ShouldBe("lasting");
        google.Requests.ShouldHaveSingleItem().Text.ShouldContain("code_verifier=verifier-1");
    }

    [Fact]
    public async Task The_history_is_read_as_recorded()
    {
        var raw = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("From: ana@example.com\r\nSubject: S\r\nMessage-ID: <m1@example.com>\r\n\r\nHi"));
        var asked = new List<string>();
        var google = new FakeProvider((request, _) =>
        {
            asked.Add(request.Url.PathAndQuery);
            return ProviderReply.Ok(request.Url.AbsolutePath switch
            {
                "/token" => """{"access_token":"a","expires_in":3599}""",
                "/gmail/v1/users/me/history" => Encoding.UTF8.GetString(Fixtures.Bytes("gmail", "history-200.json")),
                _ => $$"""{"id":"18f0","threadId":"18ef","internalDate":"1741079520000","raw":"{{raw}}"}""",
            });
        });
        var host = new TestListenerHost("9876543100:1741079000") { Http = google.Client };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var listening = Channel.ListenAsync(Settings with { TokenUrl = "https://oauth.example.com/token" }, host, stop.Token);

        var mail = (await host.NextAsync(stop.Token)).ShouldHaveSingleItem();
        await host.NextAsync(stop.Token);
        await stop.CancelAsync();
        await listening.ContinueWith(_ => { }, TaskScheduler.Default);

        asked[1].ShouldContain("startHistoryId=9876543100");
        host.Position.ShouldNotBeNull().ShouldStartWith("9876543210:");
        var e = Channel.Read(mail, Settings).ShouldBeOfType<Reading.Events>().Items.ShouldHaveSingleItem();
        (e.Key, e.Timestamp, e.Extra["gmailThread"]).ShouldBe(("mid:m1@example.com", DateTimeOffset.FromUnixTimeSeconds(1741079520), "18ef"));
    }
}

public sealed class GmailRoundTripTests() : MailboxRoundTrip<GmailChannel>(SimulatedProvider.Gmail)
{
    protected override ChannelSettings Quick(ChannelSettings settings) => ((GmailSettings)settings) with { PollSeconds = 1 };

    protected override ChannelSettings Small(ChannelSettings settings) => ((GmailSettings)settings) with { PollSeconds = 1, MaxMegabytes = 0 };

    protected override void RevokeAccess() => ((GmailServer)Provider).Desk.RevokeAccess();

    protected override ChannelSettings Wrong(ChannelSettings settings) => ((GmailSettings)settings) with { RefreshToken = "wrong" };

    [Fact]
    public async Task A_large_mail_goes_as_an_upload_and_stays_in_its_thread()
    {
        var heard = await HearsAsync("Send me the plan");
        var file = new byte[4 * 1024 * 1024];

        (await SendAsync(Answer(heard, "Here") with
        {
            LatestExtra = heard.Extra, Attachments = [new OutboundAttachment("plan.bin", "application/octet-stream", file.Length, _ => Task.FromResult<Stream>(new MemoryStream(file)))],
        })).ShouldBeOfType<SendResult.Sent>();

        (await Maya.Received.WaitForAsync(r => r.Text == "Here", Ct)).Files.ShouldHaveSingleItem().Content.Length.ShouldBe(file.Length);
    }
}
