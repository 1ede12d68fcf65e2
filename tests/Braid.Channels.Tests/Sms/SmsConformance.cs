using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;
using Braid.Channels.Sms;
using Braid.Channels.Tests.Conformance;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Braid.Channels.Tests.Sms;

/// <summary>What all providers' suites share; each has fixtures of its own.</summary>
public abstract class SmsConformance<TSms> : ChannelConformance<TSms>
    where TSms : SmsChannel, new()
{
    protected const string Time = "1795003200"; // Now.

    protected override bool Signs => true;
    protected override bool FilesByLink => true;
    protected override string Recipient => "+447700900123";
    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["provider"] = Folder[4..] };

    protected static SmsSettings Sms(ChannelSettings settings) => (SmsSettings)settings;

    protected static string Base64(byte[] key, byte[] data) => Convert.ToBase64String(HMACSHA256.HashData(key, data));

    protected static string Token(string secret, string claims)
    {
        var signed = $"{Url("""{"typ":"JWT","alg":"HS256"}"""u8)}.{Url(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Url(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Url(ReadOnlySpan<byte> data) => System.Buffers.Text.Base64Url.EncodeToString(data);

    [Fact]
    public void The_variant_leads_to_the_channel_and_says_how_to_connect()
    {
        var found = ChannelCatalogue.FindVariant(Folder).ShouldNotBeNull();

        found.Channel.Descriptor.Id.ShouldBe("sms");
        found.Settings["provider"].ShouldBe(Folder[4..]);
        found.Channel.Descriptor.Variants.Single(v => v.Id == Folder).ConnectSteps.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_the_provider_needs_is_named()
    {
        var refused = Should.Throw<SettingsException>(() => Channel.ParseSettings(System.Text.Json.JsonSerializer.SerializeToElement(new { provider = Folder[4..] })));

        refused.Problems.Count.ShouldBeGreaterThanOrEqualTo(2);
        refused.Problems.Values.ShouldAllBe(problem => problem.EndsWith('.'));
        refused.Problems.Keys.ShouldBeSubsetOf(Channel.Descriptor.Variants.Single(v => v.Id == Folder).Fields);
    }

    [Fact]
    public void The_variants_form_shows_settings_that_exist()
    {
        var known = SettingsReader.Schema(typeof(SmsSettings))["properties"]!.AsObject().Select(p => p.Key);

        Channel.Descriptor.Variants.Single(v => v.Id == Folder).Fields.ShouldBeSubsetOf(known);
    }
}

[FixtureFolder("sms-twilio")]
public sealed class TwilioSmsChannel : SmsChannel;

public sealed class TwilioSmsConformance : SmsConformance<TwilioSmsChannel>
{
    internal const string SettingsText =
        """
        {"provider":"twilio","accountSid":"AC0123456789abcdef0123456789abcdef","authToken":"12345f7a1b2c3d4e5f60718293a4b5c6","from":"+447700900999"}
        """;

    protected override string SettingsJson => SettingsText;
    protected override string OtherSettingsJson => SettingsText.Replace("12345f7a", "99995f7a", StringComparison.Ordinal);
    protected override string SuccessBody => """{"sid":"SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"queued"}""";
    protected override byte[] SignedBody => "From=%2B447700900123&Body=Gr%C3%BC%C3%9Fe+%26+more&MessageSid=SM1"u8.ToArray();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings)
    {
        var sorted = FormFields.Parse(body).Fields.Distinct().OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal);
        var text = "https://braid.example.com/webhooks/sms/inbox" + string.Concat(sorted.Select(f => f.Key + f.Value));
#pragma warning disable CA5350 // It is what Twilio signs with.
        var signature = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Sms(settings).AuthToken!), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
        return new Dictionary<string, string> { ["X-Twilio-Signature"] = signature };
    }

    protected override string? TextOf(ProviderRequest request) => FormFields.Parse(request.Body).Text("Body");
}

[FixtureFolder("sms-vonage")]
public sealed class VonageSmsChannel : SmsChannel;

public sealed class VonageSmsConformance : SmsConformance<VonageSmsChannel>
{
    private const string Application = "78d335fa-323d-0114-9c3d-d6f0d48968cf";

    protected override string SettingsJson =>
        """{"provider":"vonage","apiKey":"abcd1234","apiSecret":"api-secret-of-one","signatureSecret":"signature-secret-9f8e7d","from":"+447700900000"}""";

    protected override string OtherSettingsJson =>
        """{"provider":"vonage","apiKey":"abcd1235","apiSecret":"api-secret-of-two","signatureSecret":"signature-secret-of-two","from":"+447700900000"}""";

    protected override string SuccessBody => """{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, Time);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795002000");

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, string at) => new()
    {
        ["Authorization"] = "Bearer " + Token(
            Sms(settings).SignatureSecret!, $$"""{"iat":{{at}},"jti":"j","iss":"Vonage","payload_hash":"{{Convert.ToHexStringLower(SHA256.HashData(body))}}","application_id":"{{Application}}"}"""),
    };

    protected override string? TextOf(ProviderRequest request) => request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;
}

[FixtureFolder("sms-messagebird")]
public sealed class MessageBirdSmsChannel : SmsChannel;

public sealed class MessageBirdSmsConformance : SmsConformance<MessageBirdSmsChannel>
{
    protected override string SettingsJson =>
        """{"provider":"messagebird","accessKey":"live_access-key-one","signingKey":"birdSigningKey42","workspaceId":"ws-1","channelId":"614208aa"}""";

    protected override string OtherSettingsJson =>
        """{"provider":"messagebird","accessKey":"live_access-key-two","signingKey":"birdSigningKey43","workspaceId":"ws-1","channelId":"614208aa"}""";

    protected override string SuccessBody => """{"id":"96a0b5fa-a986-453d-be5c-3117f989f025","status":"accepted"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, Time);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795002000");

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, string at) => new()
    {
        ["messagebird-request-timestamp"] = at,
        ["messagebird-signature"] = Base64(
            Encoding.UTF8.GetBytes(Sms(settings).SigningKey!), [.. Encoding.UTF8.GetBytes($"{at}\nhttps://braid.example.com/webhooks/sms/inbox\n"), .. SHA256.HashData(body)]),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.GetProperty("body").TryGetProperty("text", out var text) ? text.GetProperty("text").GetString() : null;
}

[FixtureFolder("sms-messagebird")]
public sealed class OlderMessageBirdSmsChannel : SmsChannel;

/// <summary>Accounts without a workspace: another API, another signature, the same promises.</summary>
public sealed class OlderMessageBirdSmsConformance : SmsConformance<OlderMessageBirdSmsChannel>
{
    protected override string SettingsJson => """{"provider":"messagebird","accessKey":"live_access-key-one","signingKey":"oldSigningKey-one","from":"+31687654321"}""";
    protected override string OtherSettingsJson => """{"provider":"messagebird","accessKey":"live_access-key-two","signingKey":"oldSigningKey-two","from":"+31687654321"}""";
    protected override string SuccessBody => """{"id":"e8077d803532c0b5937c639b60216938","recipients":{"totalSentCount":1}}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, 1795003200);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, 1795002000);

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, long at)
    {
        var address = Convert.ToHexStringLower(SHA256.HashData("https://braid.example.com/webhooks/sms/inbox"u8));
        var payload = body.Length == 0 ? "" : $",\"payload_hash\":\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"";
        return new()
        {
            ["MessageBird-Signature-JWT"] = Token(Sms(settings).SigningKey!, $$"""{"iss":"MessageBird","nbf":{{at - 1}},"exp":{{at + 60}},"jti":"j1","url_hash":"{{address}}"{{payload}}}"""),
        };
    }

    protected override string? TextOf(ProviderRequest request) => request.Json.TryGetProperty("body", out var text) ? text.GetString() : null;
}

[FixtureFolder("sms-telnyx")]
public sealed class TelnyxSmsChannel : SmsChannel;

public sealed class TelnyxSmsConformance : SmsConformance<TelnyxSmsChannel>
{
    private static readonly byte[] One = [.. Enumerable.Repeat((byte)7, 32)];
    private static readonly byte[] Two = [.. Enumerable.Repeat((byte)8, 32)];

    protected override string SettingsJson => $$"""{"provider":"telnyx","apiKey":"KEY0001-telnyx-one","publicKey":"{{Public(One)}}","from":"+17735550100"}""";
    protected override string OtherSettingsJson => $$"""{"provider":"telnyx","apiKey":"KEY0002-telnyx-two","publicKey":"{{Public(Two)}}","from":"+17735550100"}""";
    protected override string SuccessBody => """{"data":{"id":"84cca175-9755-4859-b67f-4730d7f58aa3"}}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => Sign(body, settings, Time);

    protected override IReadOnlyDictionary<string, string> SignStale(byte[] body, ChannelSettings settings) => Sign(body, settings, "1795002000");

    private static Dictionary<string, string> Sign(byte[] body, ChannelSettings settings, string at)
    {
        byte[] message = [.. Encoding.ASCII.GetBytes(at + "|"), .. body];
        var signature = new byte[64];
        Ed25519.Sign(Sms(settings).PublicKey == Public(One) ? One : Two, 0, message, 0, message.Length, signature, 0);
        return new() { ["telnyx-timestamp"] = at, ["telnyx-signature-ed25519"] = Convert.ToBase64String(signature) };
    }

    private static string Public(byte[] seed)
    {
        var key = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return Convert.ToBase64String(key);
    }

    protected override string? TextOf(ProviderRequest request) => request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;
}

[FixtureFolder("sms-plivo")]
public sealed class PlivoSmsChannel : SmsChannel;

public sealed class PlivoSmsConformance : SmsConformance<PlivoSmsChannel>
{
    protected override string SettingsJson => """{"provider":"plivo","authId":"MAXXXXXXXXXXXXXXXXXX","authToken":"plivoAuthToken0123456789","from":"+14155550199"}""";
    protected override string OtherSettingsJson => """{"provider":"plivo","authId":"MAXXXXXXXXXXXXXXXXXX","authToken":"plivoAuthToken9876543210","from":"+14155550199"}""";
    protected override string SuccessBody => """{"message":"message(s) queued","message_uuid":["7a242edc-2f57-11e7-98c9-06ab0bf64327"]}""";
    protected override byte[] SignedBody => "From=14155550123&To=14155550199&Text=Gr%C3%BC%C3%9Fe+%26+more"u8.ToArray();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings)
    {
        var sorted = FormFields.Parse(body).Fields.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal).ToList();
        var text = "https://braid.example.com/webhooks/sms/inbox" + (sorted.Count > 0 ? "?" : "") + string.Concat(sorted.Select(f => f.Key + f.Value)) + ".nonce1";
        return new Dictionary<string, string>
        {
            ["X-Plivo-Signature-V3"] = Base64(Encoding.UTF8.GetBytes(Sms(settings).AuthToken!), Encoding.UTF8.GetBytes(text)), ["X-Plivo-Signature-V3-Nonce"] = "nonce1",
        };
    }

    protected override string? TextOf(ProviderRequest request) => request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;
}

[FixtureFolder("sms-infobip")]
public sealed class InfobipSmsChannel : SmsChannel;

public sealed class InfobipSmsConformance : SmsConformance<InfobipSmsChannel>
{
    protected override string SettingsJson =>
        """{"provider":"infobip","apiBaseUrl":"https://xyz.api.infobip.com","apiKey":"infobip-api-key-one","from":"447491163443","webhookUserName":"braid","webhookPassword":"webhook-password-one"}""";

    protected override string OtherSettingsJson =>
        """{"provider":"infobip","apiBaseUrl":"https://xyz.api.infobip.com","apiKey":"infobip-api-key-two","from":"447491163443","webhookUserName":"braid","webhookPassword":"webhook-password-two"}""";

    protected override bool SignatureCoversBody => false;
    protected override string SuccessBody => """{"bulkId":"B","messages":[{"messageId":"msg_81","status":{"groupId":1,"name":"PENDING_ACCEPTED"}}]}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>
    {
        ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Sms(settings).WebhookUserName}:{Sms(settings).WebhookPassword}")),
    };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.GetProperty("messages")[0].GetProperty("content").TryGetProperty("text", out var text) ? text.GetString() : null;
}
