using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Integrations;
using Braid.Integrations.HubSpot;
using Braid.Integrations.Shopify;
using Braid.Integrations.Stripe;
using Braid.Integrations.Zendesk;

namespace Braid.Tests.Integrations;

/// <summary>Webhooks of each vendor as its documents describe them: who is believed, and what is read.</summary>
public class HookTests
{
    private const string Variable = "BRAID_REFERENCE_DATA";

    [Theory]
    [InlineData("hubspot", "webhook-events", "clientSecret", "Changed 123, Changed 124, Merged 130 140, Merged 123 140, Changed 140, Erased 150")]
    [InlineData("shopify", "webhook-orders-updated", "clientSecret", null)]
    [InlineData("stripe", "webhook-invoice-payment-failed", "secret", null)]
    [InlineData("zendesk", "webhook-comment-added", "secret", null)]
    public void The_documented_sample_is_believed_and_read(string vendor, string file, string secretName, string? expected)
    {
        var folder = Folder(vendor);
        var about = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file + ".request.json")))!.AsObject();
        var body = File.ReadAllBytes(Path.Combine(folder, file + ".json"));
        var headers = about["headers"]!.AsObject().ToDictionary(h => h.Key, h => h.Value!.ToString(), StringComparer.OrdinalIgnoreCase);
        var secret = (about[secretName] ?? about["secret"] ?? about["clientSecret"] ?? about["webhookSecret"] ?? about["signingSecret"])!.ToString();
        (IConnector connector, ConnectorSettings settings) = vendor switch
        {
            "hubspot" => ((IConnector)new HubSpotConnector(), (ConnectorSettings)new HubSpotSettings { ClientSecret = secret, AppId = "54321" }),
            "shopify" => (new ShopifyConnector(), new ShopifySettings { ClientSecret = secret }),
            "stripe" => (new StripeConnector(), new StripeSettings { WebhookSecret = secret }),
            _ => (new ZendeskConnector(), new ZendeskSettings { SigningSecret = secret }),
        };
        var now = about["now"] is { } at ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(at.ToString(), CultureInfo.InvariantCulture))
            : headers.TryGetValue("X-Zendesk-Webhook-Signature-Timestamp", out var stamp) ? DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture) : DateTimeOffset.UnixEpoch;
        var url = new Uri((about["url"] ?? "https://braid.example.com/")!.ToString());
        var hints = connector.ReadHook(settings, new HookRequest(url, "POST", headers, body, now)).ShouldNotBeNull();
        if (expected is not null) { string.Join(", ", hints.Select(h => $"{h.Kind} {h.Id} {h.Into}".Trim())).ShouldBe(expected); }
        body[^2] ^= 1;
        connector.ReadHook(settings, new HookRequest(url, "POST", headers, body, now)).ShouldBeNull("one bit changed");
    }

    [Fact]
    public void HubSpots_signatures_are_those_of_its_documents()
    {
        foreach (var vector in JsonNode.Parse(File.ReadAllText(Path.Combine(Folder("hubspot"), "signature-vectors.json")))!.AsArray().OfType<JsonObject>().Where(v => v["version"]!.ToString() == "v3"))
        {
            HubSpotSignature.V3(vector["clientSecret"]!.ToString(), vector["method"]!.ToString(), vector["uri"]!.ToString(), Encoding.UTF8.GetBytes(vector["body"]!.ToString()), vector["timestamp"]!.ToString()).ShouldBe(vector["signature"]!.ToString());
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("[1,null,{\"objectId\":{}}]")]
    public void A_genuine_body_that_makes_no_sense_is_no_hint_and_no_error(string body)
    {
        HubSpotHooks.Read(Encoding.UTF8.GetBytes(body), null).ShouldBeEmpty();
    }

    private static string Folder(string vendor)
    {
        var root = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(root), $"{Variable} is not set: not compared with {vendor}'s samples");
        return Path.Combine(root!, "integrations", "fixtures", vendor);
    }
}
