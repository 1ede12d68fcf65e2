using System.Net;
using System.Text.Json;
using Braid.Channels.Sms;

namespace Braid.Channels.Tests.Sms;

public sealed class SmsMediaTests
{
    private static readonly SmsChannel Channel = new();
    private static readonly SmsSettings Settings = (SmsSettings)Channel.ParseSettings(JsonDocument.Parse(TwilioSmsConformance.SettingsText).RootElement);

    [Fact]
    public async Task Credentials_go_to_the_provider_and_not_along_with_a_redirect()
    {
        var line = new Line(
            new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri("https://media.example.net/x?sig=1") } },
            new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("image/jpeg") } } });

        await using var file = await Channel.OpenMediaAsync(
            new("https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME1", null), Settings, new ProviderContext(new HttpClient(line), TimeProvider.System), default);

        (file.ContentType, file.Size).ShouldBe(("image/jpeg", 3));
        line.Asked.Select(a => (a.Host, a.Authorized)).ShouldBe([("api.twilio.com", true), ("media.example.net", false)]);
    }

    [Theory]
    [InlineData("http://api.twilio.com/x"), InlineData("http://evil.example/x"), InlineData("file:///etc/passwd"), InlineData("nonsense")]
    public async Task An_address_that_is_not_https_is_not_called(string address)
    {
        var line = new Line();

        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new(address, null), Settings, new ProviderContext(new HttpClient(line), TimeProvider.System), default));

        line.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_hosts_file_is_fetched_without_credentials()
    {
        var line = new Line(new HttpResponseMessage(HttpStatusCode.NotFound));

        var gone = await Should.ThrowAsync<MediaUnavailableException>(
            () => Channel.OpenMediaAsync(new("https://nottwilio.com/x", null), Settings, new ProviderContext(new HttpClient(line), TimeProvider.System), default));

        gone.Permanent.ShouldBeFalse(); // It may come some seconds later.
        line.Asked.ShouldHaveSingleItem().Authorized.ShouldBeFalse();
    }

    private sealed class Line(params HttpResponseMessage[] answers) : HttpMessageHandler
    {
        private readonly Queue<HttpResponseMessage> answers = new(answers);

        public List<(string Host, bool Authorized)> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.RequestUri!.Host, request.Headers.Contains("Authorization")));
            return Task.FromResult(answers.Dequeue());
        }
    }
}
