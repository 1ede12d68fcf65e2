using Braid.Channels.Common;

namespace Braid.Channels.Matrix;

internal sealed class MatrixSetup : ISetup<MatrixSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(MatrixSettings settings, ConnectContext context, CancellationToken ct)
    {
        var server = Outcomes.Step(
            "Homeserver", await new JsonApi(settings.ApiBaseUrl, context.Provider, TimeSpan.FromSeconds(20)).GetAsync("_matrix/client/versions", ct), "The homeserver",
            "It speaks Matrix.", "Check the address. It is the homeserver's, not the web client's.");
        return server.Ok ? [server, await AccountAsync(settings, context, ct)] : [server];
    }

    /// <summary>Nothing to register: Braid asks the homeserver, not the other way round.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(MatrixSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);

    private static async Task<CheckStep> AccountAsync(MatrixSettings settings, ConnectContext context, CancellationToken ct)
    {
        const string name = "Account";
        try
        {
            var api = await MatrixApi.OpenAsync(settings, context.Provider, ct);
            var answer = await api.GetAsync("account/whoami", ct);
            return answer is ProviderAnswer.Answered { Ok: true } me && me.Json.Text("user_id") != settings.UserId
                ? new(name, false, $"The access token belongs to {me.Json.Text("user_id")}.", "Enter that user id, or the token of the other account.")
                : Outcomes.Step(name, answer, "The homeserver", $"Signed in as {settings.UserId}.", "Enter a new access token, or the account's password.");
        }
        catch (TokenRefusedException e)
        {
            return new(name, false, e.Message, e.Fix);
        }
        catch (TokenUnavailableException e)
        {
            return new(name, false, e.Message, "Try again in a minute.");
        }
    }
}
