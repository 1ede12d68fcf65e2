using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Sms;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Sms;

/// <summary>Approved requests: what each provider is sent for a text, a file and a report address.</summary>
public sealed class SmsSenderTests
{
    private static readonly SmsChannel Channel = new();
    private static readonly Guid Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001");
    private static readonly Uri Webhook = new("https://braid.example.com/webhooks/sms/in/key");

    private static SmsSettings Settings(string json) => (SmsSettings)Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static readonly SmsSettings Twilio = Settings(TwilioSmsConformance.SettingsText);

    private static async Task<(ProviderRequest Request, SendResult Result)> SendAsync(SmsSettings settings, string answer, OutboundMessage message, int status = 200)
    {
        var provider = new FakeProvider(new ProviderReply(status, answer));
        var result = await Channel.SendAsync(message, settings, new ProviderContext(provider.Client, TimeProvider.System) { WebhookUrl = Webhook }, default);
        return (provider.Requests[0], result);
    }

    private static OutboundMessage Message(string text, string to = "+447700900123", params OutboundAttachment[] files) => new()
    {
        Id = Id, IdempotencyKey = "k", RecipientId = to, Text = text, Attachments = files,
    };

    private static OutboundAttachment Photo => new("photo.jpg", "image/jpeg", 1000, _ => Task.FromResult<Stream>(new MemoryStream())) { Link = new Uri("https://braid.example.com/f/1") };

    [Fact]
    public async Task Twilio_gets_a_form()
    {
        var (request, result) = await SendAsync(Twilio, Fixtures.Json("sms-twilio", "response-201.json").GetRawText(), Message("See this", files: Photo), 201);

        request.Url.AbsoluteUri.ShouldBe("https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json");
        FormFields.Parse(request.Body).Fields.ShouldBe(
        [
            new("To", "+447700900123"), new("From", "+447700900999"), new("Body", "See this"), new("MediaUrl", "https://braid.example.com/f/1"),
            new("StatusCallback", "https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001"),
        ]);
        request.Headers["Authorization"].ShouldBe("Basic " + Convert.ToBase64String("AC0123456789abcdef0123456789abcdef:12345f7a1b2c3d4e5f60718293a4b5c6"u8));
        result.ShouldBeOfType<SendResult.Sent>().ShouldSatisfyAllConditions(sent => sent.ExternalId.ShouldBe("SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), sent => sent.ThreadId.ShouldBe("+447700900123"));
    }

    [Fact]
    public async Task Twilios_fields_are_those_of_its_own_description()
    {
        var spec = JsonDocument.Parse(File.ReadAllText(ReferenceData.Require("channels", "specs", "twilio", "messages-calls-recordings.subset.json"))).RootElement;
        var known = spec.GetProperty("paths").GetProperty("/2010-04-01/Accounts/{AccountSid}/Messages.json").GetProperty("post").GetProperty("requestBody").GetProperty("content")
            .EnumerateObject().First().Value.GetProperty("schema").GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();

        var (request, _) = await SendAsync(Twilio with { MessagingServiceSid = "MG1" }, "{}", Message("Hi", files: Photo));

        FormFields.Parse(request.Body).Fields.Select(f => f.Key).ShouldBeSubsetOf(known);
    }

    [Fact]
    public async Task A_WhatsApp_thread_at_Twilio_is_answered_on_WhatsApp()
    {
        var (request, _) = await SendAsync(Twilio, "{}", Message("Hi") with { ThreadId = "whatsapp:+919812345678", RecipientId = "919812345678" });

        var form = FormFields.Parse(request.Body);
        (form.Text("To"), form.Text("From")).ShouldBe(("whatsapp:+919812345678", "whatsapp:+447700900999"));
    }

    [Fact]
    public async Task Vonage_gets_the_Messages_API()
    {
        var settings = Settings("""{"provider":"vonage","apiKey":"abcd1234","apiSecret":"s","signatureSecret":"sig","from":"+447700900000"}""");
        var (request, result) = await SendAsync(settings, Fixtures.Json("sms-vonage", "response-202.json").GetRawText(), Message("Hello"), 202);

        ShouldBe(request, "https://api.nexmo.com/v1/messages", """
            {"channel":"sms","to":"447700900123","from":"447700900000","message_type":"text","text":"Hello","sms":{"encoding_type":"auto"},
             "client_ref":"0198c0de-0000-7000-8000-000000000001","webhook_url":"https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001"}
            """);
        result.ShouldBeOfType<SendResult.Sent>().ThreadId.ShouldBe("447700900123");

        (request, _) = await SendAsync(settings, "{}", Message("See", files: Photo));
        request.Json.GetProperty("channel").GetString().ShouldBe("mms");
        request.Json.GetProperty("image").GetRawText().ShouldBe("""{"url":"https://braid.example.com/f/1","caption":"See"}""");
    }

    [Fact]
    public async Task Vonage_is_called_with_a_token_where_there_is_an_application()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var settings = Settings(JsonSerializer.Serialize(new
        {
            provider = "vonage", apiKey = "k", apiSecret = "s", signatureSecret = "sig", from = "447700900000", applicationId = "app-1", privateKey = key.ExportPkcs8PrivateKeyPem(),
        }));

        var (request, _) = await SendAsync(settings, "{}", Message("Hello"));

        var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(request.Headers["Authorization"]["Bearer ".Length..]);
        token.Alg.ShouldBe("RS256");
        token.GetClaim("application_id").Value.ShouldBe("app-1");
        var signed = $"{token.EncodedHeader}.{token.EncodedPayload}";
        key.VerifyData(System.Text.Encoding.ASCII.GetBytes(signed), System.Buffers.Text.Base64Url.DecodeFromChars(token.EncodedSignature),
            System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1).ShouldBeTrue();
    }

    [Fact]
    public void A_key_that_is_none_is_explained() =>
        Should.Throw<SettingsException>(() => Settings("""{"provider":"vonage","apiKey":"k","apiSecret":"s","signatureSecret":"sig","from":"447700900000","applicationId":"a","privateKey":"nonsense"}"""))
            .Problems["privateKey"].ShouldContain("Paste the whole file");

    [Fact]
    public async Task MessageBird_gets_the_API_of_the_accounts_generation()
    {
        var bird = Settings("""{"provider":"messagebird","accessKey":"a","signingKey":"s","workspaceId":"ws","channelId":"ch"}""");
        var (request, _) = await SendAsync(bird, "{}", Message("Hello"));
        ShouldBe(request, "https://api.bird.com/workspaces/ws/channels/ch/messages", """
            {"receiver":{"contacts":[{"identifierValue":"+447700900123"}]},"body":{"type":"text","text":{"text":"Hello"}},"reference":"0198c0de-0000-7000-8000-000000000001"}
            """);
        (request, _) = await SendAsync(bird, "{}", Message("See", files: Photo));
        request.Json.GetProperty("body").GetRawText().ShouldBe("""{"type":"image","image":{"images":[{"mediaUrl":"https://braid.example.com/f/1","altText":"photo.jpg"}],"text":"See"}}""");

        var older = Settings("""{"provider":"messagebird","accessKey":"a","signingKey":"s","from":"+31612345678"}""");
        (request, _) = await SendAsync(older, "{}", Message("Hello"));
        ShouldBe(request, "https://rest.messagebird.com/messages", """
            {"originator":"31612345678","recipients":["447700900123"],"reference":"0198c0de-0000-7000-8000-000000000001","body":"Hello","datacoding":"auto",
             "reportUrl":"https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001"}
            """);
        request.Headers["Authorization"].ShouldBe("AccessKey a");
    }

    [Fact]
    public async Task MessageBirds_fields_are_those_of_its_own_description()
    {
        var spec = File.ReadAllText(ReferenceData.Require("channels", "specs", "messagebird", "sms-openapi.yaml"));
        var older = Settings("""{"provider":"messagebird","accessKey":"a","signingKey":"s","from":"+31612345678"}""");

        var (request, _) = await SendAsync(older, "{}", Message("Hello"));

        foreach (var field in request.Json.EnumerateObject()) { spec.ShouldContain($"\n                {field.Name}:"); }
    }

    [Fact]
    public async Task Telnyx_gets_addresses_of_files_and_whole_groups()
    {
        var settings = Settings($$"""{"provider":"telnyx","apiKey":"KEY1","publicKey":"{{Convert.ToBase64String(new byte[32])}}","from":"+17735550100","messagingProfileId":"p"}""");
        var (request, _) = await SendAsync(settings, Fixtures.Json("sms-telnyx", "response-200.json").GetRawText(), Message("See", files: Photo));
        ShouldBe(request, "https://api.telnyx.com/v2/messages", """
            {"to":"+447700900123","from":"+17735550100","messaging_profile_id":"p","text":"See","media_urls":["https://braid.example.com/f/1"],
             "webhook_url":"https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001","use_profile_webhooks":false}
            """);

        (request, _) = await SendAsync(settings, "{}", Message("All") with { ThreadId = "+13125550123,+13125550124" });
        request.Url.AbsolutePath.ShouldEndWith("/messages/group_mms");
        request.Json.GetProperty("to").EnumerateArray().Select(to => to.GetString()).ShouldBe(["+13125550123", "+13125550124"]);
    }

    [Fact]
    public async Task Plivo_gets_its_names()
    {
        var settings = Settings("""{"provider":"plivo","authId":"MAXXXXXXXXXXXXXXXXXX","authToken":"t","from":"+14155550199"}""");
        var (request, result) = await SendAsync(settings, Fixtures.Json("sms-plivo", "response-202.json").GetRawText(), Message("Hi", "14155550123"), 202);

        ShouldBe(request, "https://api.plivo.com/v1/Account/MAXXXXXXXXXXXXXXXXXX/Message/", """
            {"dst":"14155550123","src":"14155550199","text":"Hi","type":"sms","url":"https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001","method":"POST"}
            """);
        result.ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("7a242edc-2f57-11e7-98c9-06ab0bf64327");
    }

    [Fact]
    public async Task Infobip_gets_our_own_id()
    {
        var settings = Settings("""{"provider":"infobip","apiBaseUrl":"https://xyz.api.infobip.com","apiKey":"k","from":"447491163443"}""");
        var (request, result) = await SendAsync(settings, Fixtures.Json("sms-infobip", "response-200.json").GetRawText(), Message("Hi", "385916242493"));

        ShouldBe(request, "https://xyz.api.infobip.com/sms/3/messages", """
            {"messages":[{"sender":"447491163443","destinations":[{"to":"385916242493","messageId":"0198c0de-0000-7000-8000-000000000001"}],"content":{"text":"Hi"},
             "webhooks":{"delivery":{"url":"https://braid.example.com/webhooks/sms/in/key?ref=0198c0de-0000-7000-8000-000000000001","intermediateReport":true,"contentType":"application/json"}}}]}
            """);
        request.Headers["Authorization"].ShouldBe("App k");
        result.ShouldBeOfType<SendResult.Sent>().ExternalId.ShouldBe("msg_81");

        (request, _) = await SendAsync(settings, "{}", Message("See", "385916242493", Photo));
        request.Url.AbsolutePath.ShouldBe("/mms/2/messages");
    }

    [Fact]
    public async Task A_file_without_a_public_address_is_declined_in_words()
    {
        var provider = new FakeProvider(ProviderReply.Ok("{}"));

        var result = await Channel.SendAsync(Message("See", files: Photo with { Link = null }), Twilio, new ProviderContext(provider.Client, TimeProvider.System), default);

        result.ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("Send a link instead");
        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_note_says_how_many_parts_are_charged()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"sid":"SM1"}"""));
        async Task<string?> NoteOf(string text) =>
            (await Channel.SendAsync(Message(text), Twilio, new ProviderContext(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>().Note;

        (await NoteOf(new string('a', 160))).ShouldBeNull();
        (await NoteOf(new string('a', 161))).ShouldBe("Sent as 2 SMS parts.");
        (await NoteOf(new string('a', 70) + "🎁"))!.ShouldContain("2 SMS parts: with characters outside");
    }

    [Theory]
    [InlineData("", 0, 1), InlineData("a", 160, 1), InlineData("a", 161, 2), InlineData("a", 306, 2), InlineData("a", 307, 3)]
    [InlineData("€", 80, 1), InlineData("€", 81, 2), InlineData("я", 70, 1), InlineData("я", 71, 2), InlineData("я", 134, 2), InlineData("я", 135, 3), InlineData("🎁", 35, 1), InlineData("🎁", 36, 2)]
    public void Parts_are_counted_as_networks_do(string character, int times, int parts) => SmsText.Parts(string.Concat(Enumerable.Repeat(character, times))).ShouldBe(parts);

    private static void ShouldBe(ProviderRequest request, string url, string body)
    {
        request.Url.AbsoluteUri.ShouldBe(url);
        JsonElement.DeepEquals(request.Json, JsonDocument.Parse(body).RootElement).ShouldBeTrue(request.Text);
    }
}
