using System.Text.Json;

namespace Braid.Channels.Tests.Asia2;

/// <summary>Each pretend provider refuses strangers in its own words, and each adapter understands them.</summary>
public sealed class WrongSecretTests
{
    [Theory]
    [InlineData("wechat", "appSecret")]
    [InlineData("tiktok", "refreshToken")]
    [InlineData("tiktok", "appSecret")]
    [InlineData("kakaotalk", "clientSecret")]
    [InlineData("google-play-reviews", "serviceAccountKey")]
    [InlineData("google-business-profile", "refreshToken")]
    [InlineData("youtube-comments", "clientSecret")]
    [InlineData("reddit", "clientSecret")]
    public async Task A_wrong_secret_stops_the_inbox_and_is_explained(string channel, string secret)
    {
        await using var trip = await RoundTrip.StartAsync(channel);
        var json = trip.Provider.Settings;
        json[secret] = secret == "serviceAccountKey" ? WithTokenUri(json[secret]!.GetValue<string>()) : "wrong-secret-0001";
        var settings = trip.Channel.ParseSettings(JsonSerializer.SerializeToElement(json));
        var context = new ProviderContext(trip.Context.Http, TimeProvider.System);
        var message = new OutboundMessage { Id = Guid.NewGuid(), IdempotencyKey = "k", ThreadId = "somebody", RecipientId = "somebody", Text = "hi" };

        var failed = (await trip.Channel.SendAsync(message, settings, context, trip.Ct)).ShouldBeOfType<SendResult.Failed>();
        var checks = await trip.Channel.CheckAsync(settings, new ConnectContext(trip.Context.Http, TimeProvider.System, trip.WebhookUrl), trip.Ct);

        failed.Kind.ShouldBe(FailureKind.Credentials);
        failed.Reason.ShouldNotContain("wrong-secret");
        // A dealer has nothing to ask but a message.
        if (channel != "kakaotalk") { checks.ShouldContain(step => !step.Ok && !string.IsNullOrEmpty(step.Fix)); }
    }

    [Theory]
    [InlineData("wechat")]
    [InlineData("tiktok")]
    [InlineData("kakaotalk")]
    [InlineData("google-play-reviews")]
    [InlineData("google-business-profile")]
    [InlineData("youtube-comments")]
    [InlineData("reddit")]
    public async Task A_right_connection_is_said_to_be_right(string channel)
    {
        await using var trip = await RoundTrip.StartAsync(channel);

        var steps = await trip.Channel.ConnectAsync(trip.Settings, new ConnectContext(trip.Context.Http, TimeProvider.System, trip.WebhookUrl) { Tokens = trip.Tokens }, trip.Ct);

        steps.ShouldNotBeEmpty();
        steps.ShouldAllBe(step => step.Ok);
    }

    /// <summary>The same account and address, but a key that Google does not know.</summary>
    private static string WithTokenUri(string keyFile)
    {
        var uri = JsonDocument.Parse(keyFile).RootElement.GetProperty("token_uri").GetString();
        var stranger = JsonDocument.Parse(TestKeys.KeyFile).RootElement.GetString()!;
        return stranger.Replace("https://oauth2.googleapis.com/token", uri, StringComparison.Ordinal);
    }
}
