using System.Text.Json;
using Braid.Channels.Sms;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Sms;

/// <summary>"Connect" at each provider: what is asked, what is changed, and that a second time changes nothing.</summary>
public sealed class SmsSetupTests
{
    private static readonly SmsChannel Channel = new();
    private static readonly Uri Webhook = new("https://braid.example.com/webhooks/sms/in/key");

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["twilio"] = TwilioSmsConformance.SettingsText,
        ["vonage"] = Vonage(),
        ["messagebird"] = """{"provider":"messagebird","accessKey":"a","signingKey":"sign","workspaceId":"ws","channelId":"ch"}""",
        ["telnyx"] = $$"""{"provider":"telnyx","apiKey":"KEY1","publicKey":"{{Convert.ToBase64String(new byte[32])}}","messagingProfileId":"p1"}""",
        ["plivo"] = """{"provider":"plivo","authId":"MAXXXXXXXXXXXXXXXXXX","authToken":"t","from":"+14155550199"}""",
    };

    private static string Vonage()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        return JsonSerializer.Serialize(new { provider = "vonage", apiKey = "k", apiSecret = "s", signatureSecret = "sig", from = "447700900000", applicationId = "app-1", privateKey = key.ExportPkcs8PrivateKeyPem() });
    }

    /// <summary>The provider's answers before and after; what changes it is remembered.</summary>
    private static FakeProvider Provider(string name)
    {
        var connected = false;
        return new FakeProvider((request, _) =>
        {
            var path = request.Url.AbsolutePath;
            if (request.Method != HttpMethod.Get) { connected = true; }
            return ProviderReply.Ok((name, path) switch
            {
                ("twilio", var p) when p.EndsWith("IncomingPhoneNumbers.json", StringComparison.Ordinal) => $$"""{"incoming_phone_numbers":[{"sid":"PN1","sms_url":"{{(connected ? Webhook : "")}}"}]}""",
                ("vonage", _) => $$$"""{"id":"app-1","name":"Braid","_links":{},"keys":{"public_key":"x"},"capabilities":{"voice":{"webhooks":{}},"messages":{"webhooks":{"inbound_url":{"address":"{{{(connected ? Webhook : "")}}}"},"status_url":{"address":"{{{(connected ? Webhook : "")}}}"} } } } }""",
                ("messagebird", var p) when p.EndsWith("webhook-subscriptions", StringComparison.Ordinal) && request.Method == HttpMethod.Get => connected
                    ? $$"""{"results":[{"event":"sms.inbound","url":"{{Webhook}}"},{"event":"sms.outbound","url":"{{Webhook}}"}]}""" : """{"results":[{"event":"sms.inbound","url":"https://elsewhere.example"}]}""",
                ("telnyx", _) => $$$"""{"data":{"id":"p1","webhook_url":"{{{(connected ? Webhook : "")}}}","webhook_api_version":"2"} }""",
                ("plivo", var p) when p.Contains("/Number/", StringComparison.Ordinal) => connected ? """{"application":"/v1/Account/MA/Application/101/"}""" : """{"application":null}""",
                ("plivo", var p) when p.Contains("/Application/", StringComparison.Ordinal) => $$"""{"app_id":"101","message_url":"{{Webhook}}"}""",
                _ => """{"status":"active"}""",
            });
        });
    }

    [Theory]
    [InlineData("twilio", "SmsUrl="), InlineData("vonage", "inbound_url"), InlineData("messagebird", "signingKey"), InlineData("telnyx", "webhook_api_version"), InlineData("plivo", "app_id")]
    public async Task The_webhook_is_missed_set_and_then_right(string name, string changed)
    {
        var settings = Channel.ParseSettings(JsonDocument.Parse(Settings[name]).RootElement);
        var provider = Provider(name);
        var context = new ConnectContext(provider.Client, TimeProvider.System, Webhook);

        var before = await Channel.CheckAsync(settings, context, default);
        before[^1].ShouldSatisfyAllConditions(step => step.Ok.ShouldBeFalse(), step => step.Fix!.ShouldContain("Connect"));
        provider.Requests.ShouldAllBe(request => request.Method == HttpMethod.Get);

        (await Channel.ConnectAsync(settings, context, default)).ShouldAllBe(step => step.Ok);
        provider.Requests.Where(request => request.Method != HttpMethod.Get).ShouldContain(request => request.Text.Contains(changed, StringComparison.Ordinal));

        var calls = provider.Requests.Count;
        (await Channel.CheckAsync(settings, context, default)).ShouldAllBe(step => step.Ok);
        provider.Requests.Skip(calls).ShouldAllBe(request => request.Method == HttpMethod.Get);
    }

    [Fact]
    public async Task What_else_the_Vonage_application_does_stays_as_it_is()
    {
        var provider = Provider("vonage");

        await Channel.ConnectAsync(Channel.ParseSettings(JsonDocument.Parse(Settings["vonage"]).RootElement), new ConnectContext(provider.Client, TimeProvider.System, Webhook), default);

        var body = provider.Requests.Single(request => request.Method == HttpMethod.Put).Json;
        body.GetProperty("capabilities").TryGetProperty("voice", out _).ShouldBeTrue();
        body.GetProperty("name").GetString().ShouldBe("Braid");
        body.TryGetProperty("_links", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_suspended_account_is_said()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"status":"suspended"}"""));

        (await Channel.CheckAsync(Channel.ParseSettings(JsonDocument.Parse(Settings["twilio"]).RootElement), new ConnectContext(provider.Client, TimeProvider.System, Webhook), default))
            .ShouldHaveSingleItem().Message.ShouldBe("The Twilio account is suspended.");
    }
}
