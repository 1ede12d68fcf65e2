using System.Text;
using Braid.Channels.Common;
using Braid.Channels.Email;
using Braid.Channels.EmailWebhook;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.EmailWebhook;

/// <summary>What all channels that send mail by HTTP have in common: a mail is one piece, and its words may lie in MIME.</summary>
public abstract class MailConformance<TChannel> : ChannelConformance<TChannel>
    where TChannel : IChannel, new()
{
    protected const string Support = "support@northwind-outfitters.example";

    protected override string Recipient => "ana@example.com";

    protected override bool SplitsText => false;

    protected override OutboundMessage Message(string text = "Hello") => base.Message(text) with
    {
        Mail = new OutboundMail { Subject = "Re: Größe", MessageId = "out.7q2k9xw4.0198c0de@northwind-outfitters.example", InReplyTo = "m1@example.com", References = ["m0@example.com", "m1@example.com"], ThreadToken = "7q2k9xw4" },
    };

    /// <summary>The MIME in a request; null when it carries none.</summary>
    protected virtual byte[]? Raw(ProviderRequest request) => null;

    protected override string? TextOf(ProviderRequest request) => Raw(request) is { } raw ? Mail.Read(raw).FullText.TrimEnd('\n') : null;

    protected override string WordsOf(ProviderRequest request) => Raw(request) is { } raw ? Mail.Read(raw).FullText : base.WordsOf(request);

    protected override bool Carries(IReadOnlyList<ProviderRequest> requests, string name, string content)
    {
        var raw = requests.Select(Raw).FirstOrDefault(r => r is not null);
        return raw is null
            ? requests.Any(r => WordsOf(r).Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(content)), StringComparison.Ordinal) && WordsOf(r).Contains(name, StringComparison.Ordinal))
            : Mail.Read(raw).Content.Files.Any(f => f.Name == name && Encoding.UTF8.GetString(f.Part.Decode()) == content);
    }
}

[FixtureFolder("email-postmark")]
public sealed class PostmarkChannel : EmailWebhookChannel;

[FixtureFolder("email-mailgun")]
public sealed class MailgunChannel : EmailWebhookChannel;

[FixtureFolder("email-sendgrid")]
public sealed class SendGridChannel : EmailWebhookChannel;

[FixtureFolder("email-ses")]
public sealed class SesChannel : EmailWebhookChannel;

public sealed class PostmarkConformance : MailConformance<PostmarkChannel>
{
    protected override string SettingsJson => $$"""{"provider":"postmark","address":"{{Support}}","serverToken":"server-token-one-1","webhookUserName":"hook","webhookPassword":"hook-password-one"}""";

    protected override string OtherSettingsJson => $$"""{"provider":"postmark","address":"{{Support}}","serverToken":"server-token-two-2","webhookUserName":"hook","webhookPassword":"hook-password-two"}""";

    protected override bool Signs => true;

    protected override bool SignatureCoversBody => false;

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["provider"] = "postmark", ["address"] = Support };

    protected override string SuccessBody => """{"To":"ana@example.com","MessageID":"b7bc2f4a-e38e-4336-af7d-e6c392c2f817","ErrorCode":0,"Message":"OK"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) =>
        new Dictionary<string, string> { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("hook:" + ((EmailWebhookSettings)settings).WebhookPassword)) };

    protected override string? TextOf(ProviderRequest request) => request.Json.GetProperty("TextBody").GetString();
}

public sealed class MailgunConformance : MailConformance<MailgunChannel>
{
    protected override string SettingsJson => $$"""{"provider":"mailgun","address":"{{Support}}","apiKey":"key-mailgun-one-1","domain":"mg.example.com","signingKey":"signing-key-one-1"}""";

    protected override string OtherSettingsJson => $$"""{"provider":"mailgun","address":"{{Support}}","apiKey":"key-mailgun-two-2","domain":"mg.example.com","signingKey":"signing-key-two-2"}""";

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["provider"] = "mailgun", ["address"] = Support };

    protected override string SuccessBody => """{"id":"<out.7q2k9xw4.0198c0de@northwind-outfitters.example>","message":"Queued. Thank you."}""";

    protected override byte[]? Raw(ProviderRequest request) => MultipartBody.Read(request.Body, null)?.Single(p => p.Name == "message").Content.ToArray();
}

public sealed class SendGridConformance : MailConformance<SendGridChannel>
{
    protected override string SettingsJson => $$"""{"provider":"sendgrid","address":"{{Support}}","apiKey":"SG.sendgrid-key-one"}""";

    protected override string OtherSettingsJson => $$"""{"provider":"sendgrid","address":"{{Support}}","apiKey":"SG.sendgrid-key-two"}""";

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["provider"] = "sendgrid", ["address"] = Support };

    protected override string? TextOf(ProviderRequest request) => request.Json.GetProperty("content")[0].GetProperty("value").GetString();
}

public sealed class SesConformance : MailConformance<SesChannel>
{
    protected override string SettingsJson =>
        $$"""{"provider":"ses","address":"{{Support}}","region":"eu-west-1","accessKeyId":"AKIAONE","secretAccessKey":"secret-access-key-one","topicArn":"arn:aws:sns:eu-west-1:111111111111:inbound"}""";

    protected override string OtherSettingsJson =>
        $$"""{"provider":"ses","address":"{{Support}}","region":"eu-west-1","accessKeyId":"AKIATWO","secretAccessKey":"secret-access-key-two","topicArn":"arn:aws:sns:eu-west-1:222222222222:inbound"}""";

    protected override IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string> { ["provider"] = "ses", ["address"] = Support };

    protected override string SuccessBody => """{"MessageId":"0102018e-1"}""";

    protected override byte[]? Raw(ProviderRequest request) =>
        request.Json.ValueKind == System.Text.Json.JsonValueKind.Object ? request.Json.GetProperty("Content").GetProperty("Raw").GetProperty("Data").GetBytesFromBase64() : null;
}
