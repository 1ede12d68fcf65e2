using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>Neither dealers nor the chatbot builder have a public way to check or register: only the line to the dealer can be tried.</summary>
internal sealed class KakaoTalkSetup : ISetup<KakaoTalkSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(KakaoTalkSettings settings, ConnectContext context, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(settings.ApiBaseUrl))
        {
            return [new("Chatbot", true, "No dealer is set: Braid answers as a chatbot's skill.")];
        }

        return await settings.Api(context.Provider).GetAsync("", ct) switch
        {
            ProviderAnswer.Answered { Status: >= 500 } down => [new("Dealer", false, $"The dealer is in trouble ({down.Status}).", "Try again in a few minutes.")],
            ProviderAnswer.Answered => [new("Dealer", true, "The dealer's API can be reached. The credentials are tried with the first message.")],
            _ => [new("Dealer", false, "The dealer's API can't be reached.", "Check the address, and that the dealer allows this server's address.")],
        };
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(KakaoTalkSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        .. await CheckAsync(settings, context, ct),
        new("Webhook", true, $"Give the dealer, or the skill in Kakao's chatbot builder, this address: {context.WebhookUrl.AbsoluteUri}"),
    ];
}
