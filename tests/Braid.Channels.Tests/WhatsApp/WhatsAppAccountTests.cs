using System.Text.Json;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.WhatsApp;

namespace Braid.Channels.Tests.WhatsApp;

/// <summary>Files, templates and the connection check.</summary>
public sealed class WhatsAppAccountTests
{
    private static readonly WhatsAppChannel Channel = new();
    private static readonly ChannelSettings Settings = Channel.ParseSettings(JsonDocument.Parse(WhatsAppConformance.SettingsText).RootElement);

    [Fact]
    public async Task A_file_is_fetched_in_two_steps_with_the_token()
    {
        var provider = new FakeProvider(Fixtures.Reply("whatsapp", "response-media-get.json"), ProviderReply.Ok("picture"));

        await using var media = await Channel.OpenMediaAsync(new("1003383421387256", null), Settings, Context(provider), default);

        (await new StreamReader(media.Stream).ReadToEndAsync()).ShouldBe("picture");
        media.ContentType.ShouldBe("image/jpeg");
        provider.Requests[0].Url.PathAndQuery.ShouldBe("/v25.0/1003383421387256?phone_number_id=106540352242922");
        provider.Requests[1].Url.Host.ShouldBe("lookaside.fbsbx.com");
        provider.Requests[1].Headers["Authorization"].ShouldStartWith("Bearer ");
    }

    [Fact]
    public async Task The_token_is_not_sent_over_plain_http_to_strangers()
    {
        var provider = new FakeProvider(ProviderReply.Ok("""{"url":"http://stranger.example/file","mime_type":"image/png"}"""));

        await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("1", null), Settings, Context(provider), default));

        provider.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_gone_for_good()
    {
        var provider = new FakeProvider(new ProviderReply(400, """{"error":{"code":100,"error_subcode":33,"message":"Unsupported get request."}}"""));

        (await Should.ThrowAsync<MediaUnavailableException>(() => Channel.OpenMediaAsync(new("1", null), Settings, Context(provider), default))).Permanent.ShouldBeTrue();
    }

    [Fact]
    public async Task Templates_are_listed_over_all_pages_with_their_blanks()
    {
        var first = """
            {"data":[{"name":"hello","language":"en","status":"APPROVED","category":"MARKETING","parameter_format":"POSITIONAL",
              "components":[{"type":"HEADER","format":"TEXT","text":"Order {{1}}"},{"type":"BODY","text":"Hi {{1}}, it is {{2}}."}]}],
             "paging":{"cursors":{"after":"MjQZD"},"next":"https://graph.facebook.com/next"}}
            """;
        var provider = new FakeProvider(ProviderReply.Ok(first), Fixtures.Reply("whatsapp", "response-template-list.json"));

        var templates = await Channel.ListTemplatesAsync(Settings, Context(provider), default);

        templates.Select(t => t.Name).ShouldBe(["hello", "order_confirmation"]);
        templates[0].BodyParameters.ShouldBe(["1", "2"]);
        templates[0].HeaderParameters.ShouldBe(["1"]);
        templates[0].HeaderFormat.ShouldBe("text");
        templates[1].Named.ShouldBeTrue();
        templates[1].BodyParameters.ShouldBe(["first_name"]);
        provider.Requests[1].Url.Query.ShouldContain("after=MjQZD");
    }

    [Fact]
    public async Task A_dead_token_is_explained()
    {
        var steps = await Channel.CheckAsync(Settings, Connect(new FakeProvider(Fixtures.Reply("whatsapp", "error-190-token-expired.json"))), default);

        var step = steps.ShouldHaveSingleItem();
        step.Ok.ShouldBeFalse();
        step.Fix.ShouldNotBeNull().ShouldContain("token");
        await Should.ThrowAsync<TemplatesUnavailableException>(() => Channel.ListTemplatesAsync(
            Settings, Context(new FakeProvider(Fixtures.Reply("whatsapp", "error-190-token-expired.json"))), default));
    }

    [Fact]
    public async Task Connecting_points_the_account_at_our_webhook()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(
            request.Method == HttpMethod.Post ? """{"success":true}"""
            : request.Url.AbsolutePath.EndsWith("/subscribed_apps", StringComparison.Ordinal) ? """{"data":[{"whatsapp_business_api_data":{"name":"Braid"}}]}"""
            : """{"display_phone_number":"+62 811-1000-9922","verified_name":"Braid Demo","id":"106540352242922"}"""));

        var steps = await Channel.ConnectAsync(Settings, Connect(provider), default);

        steps.ShouldAllBe(step => step.Ok);
        var subscription = provider.Requests.Single(r => r.Method == HttpMethod.Post).Json;
        subscription.GetProperty("override_callback_uri").GetString().ShouldBe("https://braid.example.com/webhooks/whatsapp/1");
        subscription.GetProperty("verify_token").GetString().ShouldBe("braid-verify-token");
    }

    private static ProviderContext Context(FakeProvider provider) => new(provider.Client, TimeProvider.System);

    private static ConnectContext Connect(FakeProvider provider) => new(provider.Client, TimeProvider.System, new("https://braid.example.com/webhooks/whatsapp/1"));
}
