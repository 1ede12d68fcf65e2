using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

internal sealed class SignalSetup : ISetup<SignalSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(SignalSettings settings, ConnectContext context, CancellationToken ct)
    {
        var api = new SignalApi(settings, context.Provider);
        return api.Rest ? await RestAsync(api, settings, ct) : await RpcAsync(api, ct);
    }

    /// <summary>Nothing to register: Braid listens.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(SignalSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);

    private static async Task<IReadOnlyList<CheckStep>> RpcAsync(SignalApi api, CancellationToken ct)
    {
        var daemon = Outcomes.Step(
            "Daemon", await api.Http.GetAsync("api/v1/check", ct), "signal-cli", "The daemon answers.", "Start it with \"daemon --http\", and check the address.");
        if (!daemon.Ok) { return [daemon]; }
        var devices = await api.RpcAsync("listDevices", [], "check", ct);
        var known = devices is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("result").Exists();
        return [daemon, known
            ? new("Number", true, "The number is registered.")
            : new("Number", false, "signal-cli does not speak for this number.", "Start it with -a and the number, or turn on \"Several accounts\". If the number was never registered, register or link it.")];
    }

    private static async Task<IReadOnlyList<CheckStep>> RestAsync(SignalApi api, SignalSettings settings, CancellationToken ct)
    {
        var about = await api.Http.GetAsync("v1/about", ct);
        var daemon = Outcomes.Step("Daemon", about, "signal-cli-rest-api", "The daemon answers.", "Check the address.");
        if (!daemon.Ok) { return [daemon]; }
        if (about is ProviderAnswer.Answered { Json: var json } && json.Text("mode") is { } mode && mode != "json-rpc")
        {
            return [daemon with { Ok = false, Message = $"The daemon runs in {mode} mode.", Fix = "Start it with MODE=json-rpc, so that messages come at once." }];
        }

        var known = await api.Http.GetAsync("v1/accounts", ct) is ProviderAnswer.Answered { Ok: true, Json: { ValueKind: JsonValueKind.Array } accounts }
            && accounts.EnumerateArray().Any(a => a.AsId() == settings.Number);
        return [daemon, known ? new("Number", true, "The number is registered.") : new("Number", false, "This number is not registered there.", "Register or link it first.")];
    }
}
