using Braid.Channels.Common;

namespace Braid.Channels.GoogleChat;

internal sealed class GoogleChatSetup : ISetup<GoogleChatSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GoogleChatSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new GoogleChatApi(settings, context.Provider);
        var (token, refused) = await TokenTry.StepAsync(() => api.TokenAsync(ct));
        if (token is null) { return [refused!]; }
        CheckStep? step = null;
        await api.CallAsync(HttpMethod.Get, "v1/spaces?pageSize=1", null, answer =>
        {
            step = Outcomes.Step("Chat API", answer, "Google Chat", "The app may use the Chat API.", "Enable the Google Chat API for the project of this service account, and fill in its configuration page.");
            return new SendResult.Sent("checked");
        }, ct);
        return step is null ? [new("Sign-in", true, "Google accepts the service account.")] : [new("Sign-in", true, "Google accepts the service account."), step];
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(GoogleChatSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        return steps.All(s => s.Ok)
            ? [.. steps, new("Events", true, $"Enter {context.WebhookUrl} under Google Chat API, Configuration, HTTP endpoint URL, if you have not yet: only people can do that.")]
            : steps;
    }
}
