using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Zalo's webhook can only be set by hand.</summary>
internal sealed class ZaloSetup : ISetup<ZaloSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(ZaloSettings settings, ConnectContext context, CancellationToken ct)
    {
        var account = await TokenCalls.CheckAsync("Official Account", async () =>
        {
            var answer = await new ZaloApi(settings, context.Provider).CallAsync(json => json.GetAsync("v2.0/oa/getoa", ct), ct);
            var said = (answer as ProviderAnswer.Answered)?.Json ?? default;
            return answer is ProviderAnswer.Answered { Ok: true } && said.Number("error") is not 0
                ? new CheckStep("Official Account", false, $"Zalo says no ({said.Number("error")}).", ZaloApi.SignIn)
                : Outcomes.Step("Official Account", answer, "Zalo", $"Signed in as {said.Get("data").Text("name") ?? "the Official Account"}.", ZaloApi.SignIn);
        });
        return account.Ok
            ? [account, new("Webhook", true, "Not checked: Zalo has no way to ask. On the app's Webhook page enter this inbox's address and press the test there.")]
            : [account];
    }

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(ZaloSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
