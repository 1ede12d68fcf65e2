using System.Text;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Sms;
using Braid.Channels.Sms.Plivo;
using Braid.Channels.Sms.Vonage;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Sms;

/// <summary>The providers' own test vectors, and whole recorded requests with their address, headers and clock.</summary>
public sealed class SmsSignatureTests
{
    private static readonly SmsChannel Channel = new();
    private static readonly string[] Folders = ["sms-twilio", "sms-vonage", "sms-messagebird", "sms-telnyx", "sms-plivo", "sms-infobip"];

    public static TheoryData<string, string> Recorded =>
        [.. Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", folder, "requests"))
            .Select(path => (folder, Path.GetFileName(path).Replace(".request.json", "", StringComparison.Ordinal))).Order())];

    [Theory, MemberData(nameof(Recorded))]
    public void A_recorded_request_is_genuine_or_forged_as_recorded(string folder, string name)
    {
        var (request, settings, genuine) = RecordedRequest.Load(folder, name);

        (Channel.Verify(request, settings) is Verdict.Genuine).ShouldBe(genuine);
    }

    [Fact]
    public void An_older_MessageBird_report_in_the_query_is_read()
    {
        var (request, settings, _) = RecordedRequest.Load("sms-messagebird", "old-status-failed");
        var line = JsonDocument.Parse(Braid.Channels.Deliveries.DeliveryReader.ReadLine(
            new("sms-messagebird", "old-status-failed.form", request.Body) { Query = request.Query, Settings = new Dictionary<string, string> { ["provider"] = "messagebird" } }, Channel)).RootElement;

        EventComparison.Differences(Fixtures.Expected("sms-messagebird", "old-status-failed"), line).ShouldBeEmpty();
        settings.ShouldNotBeNull();
    }

    [Fact]
    public void Twilios_vectors_hold()
    {
        foreach (var vector in Fixtures.Json("sms-twilio", "signature-vectors.json").EnumerateArray())
        {
            var fields = vector.GetProperty("params").EnumerateArray().Select(p => $"{Uri.EscapeDataString(p[0].GetString()!)}={Uri.EscapeDataString(p[1].GetString()!)}");
            var body = Encoding.UTF8.GetBytes(string.Join('&', fields));
            var request = Request(body.Length == 0 ? "GET" : "POST", vector.GetProperty("url").GetString()!, body, ("X-Twilio-Signature", vector.GetProperty("signature").GetString()!));

            TwilioSignature.IsGenuine(request, "other", vector.GetProperty("authToken").GetString()).ShouldBeTrue(vector.GetProperty("name").GetString());
            TwilioSignature.IsGenuine(request, "other").ShouldBeFalse();
        }
    }

    [Fact]
    public void A_JSON_body_is_covered_by_its_hash_in_the_address()
    {
        var body = "{\"a\":1}"u8.ToArray();
        var url = "https://braid.example.com/h?bodySHA256=" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        var header = ("X-Twilio-Signature", Signatures.HmacSha1Base64("12345", Encoding.UTF8.GetBytes(url)));

        TwilioSignature.IsGenuine(Request("POST", url, body, header), "12345").ShouldBeTrue();
        TwilioSignature.IsGenuine(Request("POST", url, "{\"a\":2}"u8.ToArray(), header), "12345").ShouldBeFalse();
    }

    [Fact]
    public void Telnyx_vectors_hold()
    {
        foreach (var vector in Fixtures.Json("sms-telnyx", "signature-vectors.json").EnumerateArray())
        {
            if (!vector.TryGetProperty("body", out var body))
            {
                Signatures.IsEd25519(
                    Convert.FromHexString(vector.GetProperty("publicKeyHex").GetString()!), Convert.FromHexString(vector.GetProperty("signatureHex").GetString()!),
                    Convert.FromHexString(vector.GetProperty("messageHex").GetString()!)).ShouldBeTrue();
                continue;
            }

            var settings = new SmsSettings { Provider = SmsProvider.Telnyx, PublicKey = vector.GetProperty("publicKey").GetString() };
            var request = Request("POST", "https://braid.example.com/h", Encoding.UTF8.GetBytes(body.GetString()!),
                ("telnyx-timestamp", vector.GetProperty("timestamp").GetString()!), ("telnyx-signature-ed25519", vector.GetProperty("signature").GetString()!));
            Channel.Verify(request, settings).ShouldBeOfType<Verdict.Genuine>();
            Channel.Verify(request with { ReceivedAt = request.ReceivedAt.AddSeconds(301) }, settings).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void Plivos_vectors_hold()
    {
        foreach (var vector in Fixtures.Json("sms-plivo", "signature-vectors.json").EnumerateArray())
        {
            var body = string.Join('&', vector.GetProperty("params").EnumerateObject().Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value.GetString()!)}"));
            var request = Request(vector.GetProperty("method").GetString()!, vector.GetProperty("url").GetString()!, Encoding.UTF8.GetBytes(body),
                ("X-Plivo-Signature-V3", "other, " + vector.GetProperty("signatureV3").GetString()), ("X-Plivo-Signature-V3-Nonce", vector.GetProperty("nonce").GetString()!));

            PlivoProof.Text(request).ShouldBe(vector.GetProperty("stringBeforeNonce").GetString());
            PlivoProof.Verify(request, vector.GetProperty("authToken").GetString(), allowV2: false).ShouldBeOfType<Verdict.Genuine>();
        }
    }

    [Fact]
    public void Plivos_weaker_signature_counts_only_where_the_inbox_says_so()
    {
        var (request, settings, _) = RecordedRequest.Load("sms-plivo", "inbound-sms");
        var bare = request with { Headers = request.Headers.Where(h => !h.Key.Contains("V3")).ToDictionary(h => h.Key, h => h.Value) };

        Channel.Verify(bare, settings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(bare, settings with { AllowSignatureV2 = true }).ShouldBeOfType<Verdict.Genuine>();
    }

    [Theory]
    [InlineData("md5hash"), InlineData("md5hmac"), InlineData("sha1hmac"), InlineData("sha256hmac"), InlineData("sha512hmac")]
    public void Vonages_older_signatures_hold(string method)
    {
        var vectors = Fixtures.Json("sms-vonage", "sms-api-signature-vectors.json");
        var parameters = vectors.GetProperty("params").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)).ToList();
        var (secret, signature) = (vectors.GetProperty("secret").GetString()!, vectors.GetProperty("signatures").GetProperty(method).GetString()!);

        VonageProof.Sign(parameters, secret, method)!.ShouldBe(signature.ToLowerInvariant());

        var settings = new SmsSettings { Provider = SmsProvider.Vonage, SignatureSecret = secret, SignatureMethod = method };
        var body = string.Join('&', parameters.Append(KeyValuePair.Create("sig", signature)).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        Channel.Verify(Request("POST", "https://braid.example.com/h", Encoding.UTF8.GetBytes(body)), settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request("GET", "https://braid.example.com/h?" + body, []), settings).ShouldBeOfType<Verdict.Genuine>();
        Channel.Verify(Request("POST", "https://braid.example.com/h", Encoding.UTF8.GetBytes(body.Replace("447700900001", "447700900002", StringComparison.Ordinal))), settings)
            .ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request("POST", "https://braid.example.com/h", Encoding.UTF8.GetBytes(body)) with { ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(1741079520 + 301) }, settings)
            .ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void An_answer_to_Twilio_is_never_plain_text()
    {
        var (request, settings, _) = RecordedRequest.Load("sms-twilio", "inbound-text");

        Channel.Verify(request, settings).ShouldBeOfType<Verdict.Genuine>().Answer!.ContentType.ShouldBe("text/xml");
    }

    private static WebhookRequest Request(string method, string url, byte[] body, params (string Name, string Value)[] headers) => RecordedRequest.Of(
        method, url, headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase), body, 1741079520);
}

/// <summary>A `requests/*.request.json` fixture beside its body.</summary>
internal static class RecordedRequest
{
    public static (WebhookRequest Request, SmsSettings Settings, bool Genuine) Load(string folder, string name)
    {
        var (request, secrets, genuine) = Read(folder, name);
        var settings = new Dictionary<string, string>(secrets) { ["provider"] = folder[4..] };
        return (request, JsonSerializer.SerializeToElement(settings).Deserialize<SmsSettings>(SettingsReader.Json)!, genuine);
    }

    public static (WebhookRequest Request, Dictionary<string, string> Secrets, bool Genuine) Read(string folder, string name)
    {
        var json = Fixtures.Json(folder, $"requests/{name}.request.json");
        var body = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", folder), name + ".*").Single();
        var secrets = new Dictionary<string, string>();
        var now = 1741079520L;
        if (json.TryGetProperty("authToken", out var token)) { secrets["authToken"] = token.GetString()!; }
        if (json.TryGetProperty("secrets", out var more))
        {
            foreach (var secret in more.EnumerateObject())
            {
                if (secret.Name == "now") { now = secret.Value.GetInt64(); }
                else { secrets[secret.Name] = secret.Value.GetString()!; }
            }
        }

        var headers = json.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
        return (Of(json.GetProperty("method").GetString()!, json.GetProperty("url").GetString()!, headers, File.ReadAllBytes(body), now), secrets, json.GetProperty("signatureValid").GetBoolean());
    }

    public static WebhookRequest Of(string method, string url, IReadOnlyDictionary<string, string> headers, byte[] body, long now) => new()
    {
        Method = method, Url = new Uri(url), Headers = headers, Body = body, ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(now),
        Query = FormFields.Parse(Encoding.ASCII.GetBytes(new Uri(url).Query.TrimStart('?'))).Fields.ToDictionary(f => f.Key, f => f.Value),
    };
}
