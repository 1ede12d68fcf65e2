using System.Text.Json;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Meta;

/// <summary>Signing in instead of copying tokens.</summary>
public sealed class MetaLoginTests
{
    private static readonly Uri Redirect = new("https://braid.example.com/api/v1/login");

    private static readonly FakeProvider Facebook = new((request, _) => ProviderReply.Ok(request.Url.AbsolutePath switch
    {
        "/v25.0/oauth/access_token" when request.Text.Contains("fb_exchange_token", StringComparison.Ordinal) => """{"access_token":"EAAG-long"}""",
        "/v25.0/oauth/access_token" => """{"access_token":"EAAG-short"}""",
        _ => """
            {"data":[{"id":"11","name":"Tarn","access_token":"EAAG-page-11","instagram_business_account":{"id":"1784"}},{"id":"12","name":"Ember","access_token":"EAAG-page-12"}]}
            """,
    }));

    [Fact]
    public void The_browser_is_sent_to_facebook_with_our_state()
    {
        var where = Channel("messenger").BeginLogin(Settings("messenger", """{"appId":"77","appSecret":"s3"}"""), new(Redirect, "state-1", "challenge"));

        where.Host.ShouldBe("www.facebook.com");
        where.Query.ShouldContain("client_id=77");
        where.Query.ShouldContain("state=state-1");
        where.Query.ShouldContain("redirect_uri=https%3A%2F%2Fbraid.example.com%2Fapi%2Fv1%2Flogin");
        where.Query.ShouldNotContain("s3");
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public void Without_app_id_and_secret_it_says_so(string channel) =>
        Should.Throw<SettingsException>(() => Channel(channel).BeginLogin(Settings(channel, "{}"), new(Redirect, "s", "c"))).Problems.Keys.ShouldBe(["appId", "appSecret"]);

    [Fact]
    public async Task The_page_s_own_lasting_token_is_kept()
    {
        var outcome = await FinishAsync("messenger", """{"appId":"77","appSecret":"s3","pageId":"12"}""", Facebook, ("code", "c"));

        outcome.ShouldBeOfType<LoginOutcome.Connected>().Settings.ToJsonString().ShouldBe("""{"pageId":"12","pageAccessToken":"EAAG-page-12"}""");
        Facebook.Requests[^1].Headers["Authorization"].ShouldBe("Bearer EAAG-long");
    }

    [Fact]
    public async Task Of_several_pages_one_must_be_named() =>
        (await FinishAsync("messenger", """{"appId":"77","appSecret":"s3"}""", Facebook, ("code", "c"))).ShouldBeOfType<LoginOutcome.Refused>().Reason.ShouldContain("Ember (12)");

    [Fact]
    public async Task An_account_linked_to_a_page_is_found_by_it() =>
        (await FinishAsync("instagram", """{"appId":"77","appSecret":"s3","signIn":"facebook"}""", Facebook, ("code", "c")))
            .ShouldBeOfType<LoginOutcome.Connected>().Settings.ToJsonString().ShouldBe("""{"instagramAccountId":"1784","accessToken":"EAAG-page-11","pageId":"11"}""");

    [Fact]
    public async Task Instagram_s_own_sign_in_gives_account_and_lasting_token()
    {
        var provider = new FakeProvider((request, _) => ProviderReply.Ok(request.Url switch
        {
            { Host: "api.instagram.com" } => """{"data":[{"access_token":"IG-short","user_id":"99"}]}""",
            { AbsolutePath: "/access_token" } => """{"access_token":"IG-long","expires_in":5184000}""",
            _ => """{"user_id":"1784","username":"tarn.ember"}""",
        }));

        var outcome = await FinishAsync("instagram", """{"appId":"77","appSecret":"s3"}""", provider, ("code", "c"));

        outcome.ShouldBeOfType<LoginOutcome.Connected>().Settings.ToJsonString().ShouldBe("""{"instagramAccountId":"1784","accessToken":"IG-long","username":"tarn.ember"}""");
    }

    [Theory, InlineData("messenger"), InlineData("instagram")]
    public async Task Who_declines_is_told_how_to_go_on(string channel)
    {
        (await FinishAsync(channel, """{"appId":"77","appSecret":"s3"}""", new(ProviderReply.Ok("{}")), ("error", "access_denied"))).ShouldBeOfType<LoginOutcome.Refused>().Reason.ShouldContain("Try again");
        (await FinishAsync(channel, """{"appId":"77","appSecret":"s3"}""", new(Fixtures.Reply("messenger", "error-190-token.json")), ("code", "old"))).ShouldBeOfType<LoginOutcome.Refused>().Reason.ShouldNotContain("s3");
    }

    private static Task<LoginOutcome> FinishAsync(string channel, string settings, FakeProvider provider, params (string Name, string Value)[] query) =>
        Channel(channel).FinishLoginAsync(new(Redirect, "verifier", query.ToDictionary(q => q.Name, q => q.Value)), Settings(channel, settings), new(provider.Client, TimeProvider.System), default);

    private static IChannel Channel(string id) => ChannelCatalogue.Find(id)!;

    /// <summary>Not yet complete: that is what the sign-in is for.</summary>
    private static ChannelSettings Settings(string channel, string json) => (ChannelSettings)JsonSerializer.Deserialize(json, Channel(channel).Descriptor.SettingsType, SettingsReader.Json)!;
}
