using System.Text;
using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Zulip;

namespace Braid.Channels.Tests.Zulip;

public sealed class ZulipConformance : ChannelConformance<ZulipChannel>
{
    internal const string SettingsText =
        """{"apiBaseUrl":"https://org.zulipchat.com","botEmail":"braid-bot@org.zulipchat.com","apiKey":"api-key-of-the-first-bot","webhookToken":"xvOzfurIutdRRVLzpXrIIHXJvNfaJLJ0"}""";

    protected override string SettingsJson => SettingsText;

    protected override string OtherSettingsJson => """{"apiBaseUrl":"https://org.zulipchat.com","botEmail":"other-bot@org.zulipchat.com","apiKey":"api-key-of-the-second-bot","webhookToken":"other-token"}""";

    /// <summary>The proof stands in the body: tested below.</summary>
    protected override bool Signs => false;

    protected override string Recipient => "7:orders";

    protected override string SuccessBody => """{"msg":"","result":"success","id":42,"url":"/user_uploads/2/ab/x"}""";

    protected override string? TextOf(ProviderRequest request) => request.ContentType == "application/x-www-form-urlencoded" ? Field(request, "content") : null;

    /// <summary>A lost queue is the listener's business.</summary>
    protected override string? TreatmentOf(string fixture, JsonElement error) => fixture == "error-400-bad-queue.json" ? null : base.TreatmentOf(fixture, error);

    [Fact]
    public void A_webhook_is_known_by_the_token_in_its_body_and_told_that_no_reply_is_needed()
    {
        var body = Fixtures.Bytes("zulip", "inbound-outgoing-webhook-dm.json");

        var genuine = Channel.Verify(Request(body, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Genuine>();

        JsonDocument.Parse(genuine.Answer!.Body).RootElement.GetProperty("response_not_required").GetBoolean().ShouldBe(Fixtures.Outbound("zulip", "outbound-webhook-no-reply.json").GetProperty("response_not_required").GetBoolean());
        Channel.Verify(Request(body, new Dictionary<string, string>()), OtherSettings).ShouldBeOfType<Verdict.Forged>();
        Channel.Verify(Request(Encoding.UTF8.GetBytes("{"), new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    internal static string? Field(ProviderRequest request, string name) => request.Text.Split('&').Select(p => p.Split('='))
        .Where(p => p[0] == name).Select(p => Uri.UnescapeDataString(p[1].Replace('+', ' '))).FirstOrDefault();
}
