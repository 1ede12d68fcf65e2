using Braid.Channels.Common;

namespace Braid.Channels.Echo;

internal sealed class EchoSetup : ISetup<EchoSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(EchoSettings settings, ConnectContext context, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(settings.ApiBaseUrl))
        {
            return [new("Answers", false, "There is no address for answers.", "Enter the address that Braid should post answers to.")];
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, settings.ApiBaseUrl.TrimEnd('/') + "/");
        return await ProviderCall.SendAsync(request, context.Http, context.Clock, TimeSpan.FromSeconds(10), ct) switch
        {
            ProviderAnswer.Answered => [new("Answers", true, "The address for answers can be reached.")],
            ProviderAnswer.NotSent no => [new("Answers", false, $"The address can't be used: {no.Reason}.", "Check the address and that the receiver runs.")],
            _ => [new("Answers", false, "The address does not answer.", "Check that the receiver runs.")],
        };
    }

    /// <summary>There is nothing to register: whoever posts must know the webhook address.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(EchoSettings settings, ConnectContext context, CancellationToken ct) =>
        CheckAsync(settings, context, ct);
}
