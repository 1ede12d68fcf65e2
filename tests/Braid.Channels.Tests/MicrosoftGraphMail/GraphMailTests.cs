using System.Text;
using Braid.Channels.MicrosoftGraphMail;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Tests.EmailWebhook;
using Braid.Simulator;
using Braid.Simulator.MailServices;

namespace Braid.Channels.Tests.MicrosoftGraphMail;

public sealed class GraphMailConformance : MailConformance<MicrosoftGraphMailChannel>
{
    protected override string SettingsJson => $$"""{"address":"{{Support}}","clientId":"client-1","clientSecret":"client-secret-one","refreshToken":"refresh-token-one"}""";

    protected override string OtherSettingsJson => $$"""{"address":"{{Support}}","clientId":"client-1","clientSecret":"client-secret-two","refreshToken":"refresh-token-two"}""";

    protected override bool HasWebhook => false;

    protected override IKeptTokens Tokens => new GivenTokens();

    protected override byte[]? Raw(ProviderRequest request) => request.ContentType == "text/plain" ? Convert.FromBase64String(request.Text) : null;
}

public sealed class GraphMailTests
{
    private static readonly MicrosoftGraphMailChannel Channel = new();
    private static readonly GraphMailSettings Settings = new() { Address = "support@northwind.example", ClientId = "client-1", ClientSecret = "secret-1", RefreshToken = "refresh-1", Tenant = "northwind.example" };

    private static Sender SenderOf(string results, GraphMailSettings? settings = null) => Channel.Read(
        new RawDelivery { Body = Encoding.UTF8.GetBytes($"Authentication-Results: {results}\r\nFrom: ana@example.com\r\nSubject: S\r\n\r\nHi"), ReceivedAt = default },
        settings ?? Settings).ShouldBeOfType<Reading.Events>().Items[0].Sender!;

    [Theory]
    [InlineData("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=pass (signature was verified) header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100", true)]
    [InlineData("spf=fail smtp.mailfrom=example.com; dmarc=fail action=quarantine header.from=example.com;compauth=fail", false)]
    [InlineData("spf=pass smtp.mailfrom=other.example; dmarc=pass action=none header.from=other.example", false)]
    [InlineData("mx.evil.example; dmarc=pass header.from=example.com", false)]
    public void Exchanges_findings_count_though_it_does_not_name_itself(string results, bool proven) => SenderOf(results).Verified.ShouldBe(proven);

    [Fact]
    public void Another_server_in_front_must_name_itself() =>
        SenderOf("spf=pass smtp.mailfrom=example.com; dmarc=pass header.from=example.com", Settings with { AuthServer = "mx.filter.example" }).Verified.ShouldBeFalse();

    [Fact]
    public async Task Signing_in_uses_PKCE_and_ends_with_a_lasting_token()
    {
        var there = Channel.BeginLogin(Settings, new LoginRequest(new("https://braid.example.com/oauth"), "state-1", "challenge-1")).AbsoluteUri;
        there.ShouldSatisfyAllConditions(
            u => u.ShouldStartWith("https://login.microsoftonline.com/northwind.example/oauth2/v2.0/authorize?"), u => u.ShouldContain("code_challenge=challenge-1&code_challenge_method=S256"),
            u => u.ShouldContain("offline_access%20Mail.Read%20Mail.Send"), u => u.ShouldNotContain("secret-1"));

        var microsoft = new FakeProvider(ProviderReply.Ok("""{"access_token":"a","expires_in":3599,"refresh_token":"lasting"}"""));
        var answer = new LoginAnswer(new("https://braid.example.com/oauth"), "verifier-1", new Dictionary<string, string> { ["code"] = "code-1" });
        (await Channel.FinishLoginAsync(answer, Settings, new ProviderContext(microsoft.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Connected>().Settings["refreshToken"]!.GetValue<string>().ShouldBe("lasting");
        microsoft.Requests.ShouldHaveSingleItem().Text.ShouldContain("code_verifier=verifier-1");
        (await Channel.FinishLoginAsync(answer with { Query = new Dictionary<string, string> { ["error"] = "access_denied" } }, Settings, new ProviderContext(microsoft.Client, TimeProvider.System), default)).ShouldBeOfType<LoginOutcome.Refused>();
    }

    [Fact]
    public async Task A_link_to_elsewhere_is_never_called()
    {
        var microsoft = new FakeProvider((request, _) => ProviderReply.Ok(request.Url.AbsolutePath.EndsWith("token", StringComparison.Ordinal)
            ? """{"access_token":"a","expires_in":3599,"refresh_token":"r2"}"""
            : """{"value":[],"@odata.deltaLink":"https://graph.microsoft.com.evil.example/v1.0/x"}"""));
        var host = new TestListenerHost("1741079000 https://evil.example/v1.0/steal") { Http = microsoft.Client };

        await Should.ThrowAsync<IOException>(() => Channel.ListenAsync(Settings, host, TestContext.Current.CancellationToken));

        microsoft.Requests.ShouldAllBe(r => !r.Url.Host.Contains("evil"));
        host.Reports.ShouldContain("Microsoft gave no link to what comes next.");
    }
}

public sealed class GraphMailRoundTripTests() : MailboxRoundTrip<MicrosoftGraphMailChannel>(SimulatedProvider.MicrosoftGraph)
{
    protected override ChannelSettings Quick(ChannelSettings settings) => ((GraphMailSettings)settings) with { PollSeconds = 1 };

    protected override ChannelSettings Small(ChannelSettings settings) => ((GraphMailSettings)settings) with { PollSeconds = 1, MaxMegabytes = 0 };

    protected override void RevokeAccess() => ((GraphMailServer)Provider).RevokeAccess();

    protected override ChannelSettings Wrong(ChannelSettings settings) => ((GraphMailSettings)settings) with { RefreshToken = "wrong" };
}
