using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

internal sealed class WeChatSetup : ISetup<WeChatSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(WeChatSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new WeChatApi(settings, context.Provider);
        var token = await TokenCalls.CheckAsync("Account", async () =>
        {
            var answer = await api.GetAsync("cgi-bin/getcallbackip", ct);
            return answer is ProviderAnswer.Answered { Ok: true } yes && WeChatApi.Code(yes.Json) is not (null or 0)
                ? new CheckStep("Account", false, WeChatErrors.Result(answer, api.Now) is SendResult.Failed no ? no.Reason : "WeChat asks to slow down.", "Mend this in the account's console, then try again.")
                : Outcomes.Step("Account", answer, "WeChat", "WeChat accepts the AppID, the AppSecret and this server's address.", "Check the AppID and the AppSecret.");
        });
        return [token];
    }

    /// <summary>WeChat lets the server URL be set by hand only; it then asks it at once, which proves token and key.</summary>
    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(WeChatSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        .. await CheckAsync(settings, context, ct),
        new("Webhook", true, $"Enter {context.WebhookUrl.AbsoluteUri} as server URL (服务器地址) in Basic Configuration, with the same token, key and mode. WeChat checks it when you submit."),
    ];
}
