using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.GoogleBusinessProfile;

internal sealed class GoogleBusinessProfileSetup : ISetup<GoogleBusinessProfileSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GoogleBusinessProfileSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        await TokenCalls.CheckAsync("Reviews", async () => Outcomes.Step(
            "Reviews", await new GoogleBusinessProfileApi(settings, context.Provider).CallAsync(call => call.GetAsync($"{settings.Location}/reviews?pageSize=1", ct), ct),
            "Google", "Google shows the reviews of this place.", GoogleBusinessProfileApi.NoAccess)),
    ];

    /// <summary>With a topic: Google is told to publish new and changed reviews there. An account has one such setting.</summary>
    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(GoogleBusinessProfileSettings settings, ConnectContext context, CancellationToken ct)
    {
        var checks = await CheckAsync(settings, context, ct);
        if (string.IsNullOrWhiteSpace(settings.PubsubTopic)) { return checks; }

        var setting = string.Join('/', settings.Location.Split('/').Take(2)) + "/notificationSetting";
        var step = await TokenCalls.CheckAsync("Notifications", async () => Outcomes.Step(
            "Notifications", await new GoogleBusinessProfileApi(settings, context.Provider).CallNotificationsAsync(
                call => call.PatchAsync($"{setting}?updateMask=pubsubTopic,notificationTypes", new JsonObject
                {
                    ["name"] = setting, ["pubsubTopic"] = settings.PubsubTopic, ["notificationTypes"] = new JsonArray("NEW_REVIEW", "UPDATED_REVIEW"),
                }, ct), ct),
            "Google", $"Google publishes new and changed reviews to the topic. Push it to {context.WebhookUrl.GetLeftPart(UriPartial.Path)}.",
            "Let mybusiness-api-pubsub@system.gserviceaccount.com publish to the topic, then connect again."));
        return [.. checks, step];
    }
}
