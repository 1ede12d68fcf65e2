using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>
/// Socket Mode: the same events over a socket that we open. Each is acknowledged once it is stored; what is not, Slack sends again. While no
/// socket is open Slack tries for some minutes only, so a longer absence is written down as a gap.
/// </summary>
internal sealed class SlackListener : IListener<SlackSettings>
{
    private static readonly TimeSpan SlackPatience = TimeSpan.FromMinutes(5);

    public bool IsWanted(SlackSettings settings) => !string.IsNullOrEmpty(settings.AppToken);

    public async Task ListenAsync(SlackSettings settings, IListenerHost host, CancellationToken ct)
    {
        var api = new SlackApi(settings, new ProviderContext(host.Http, host.Clock) { Tokens = host.Tokens }, settings.AppToken);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            using var line = await SocketLine.OpenAsync(await AddressAsync(api, settings, host, ct), host, ct);
            await ReadAsync(line, host, ct);
        }
    }

    /// <summary>Until Slack asks for a fresh connection, which it does every few hours.</summary>
    private static async Task ReadAsync(SocketLine line, IListenerHost host, CancellationToken ct)
    {
        while (await line.ReadAsync(ct) is { } frame)
        {
            var now = host.Clock.GetUtcNow();
            switch (frame.Text("type"))
            {
                case "hello":
                    if (SlackTime.Of(host.Position) is { } last && now - last > SlackPatience) { host.ReportGap(last, now, "Slack may have given up on messages while no connection was open."); }
                    await host.StoreAsync([], Position(now), ct);
                    host.Report(null);
                    break;
                case "disconnect":
                    return;
                case { } when frame.Id("envelope_id") is { } envelope:
                    if (frame.Get("payload").IsObject()) { await host.StoreAsync([SocketLine.Delivery(frame.Get("payload"), host.Clock)], Position(now), ct); }
                    await line.SendAsync(new JsonObject { ["envelope_id"] = envelope }, ct);
                    break;
            }
        }

        throw new IOException("Slack closed the socket.");
    }

    private static async Task<Uri> AddressAsync(SlackApi api, SlackSettings settings, IListenerHost host, CancellationToken ct)
    {
        var answer = await api.PostAsync("apps.connections.open", [], ct);
        if (SlackApi.Yes(answer) && Socket(((ProviderAnswer.Answered)answer).Json.Text("url"), settings) is { } address) { return address; }
        var trouble = SlackErrors.Result(answer) switch
        {
            SendResult.Failed { Kind: FailureKind.Credentials or FailureKind.Configuration } => "Slack does not accept the app-level token. Create a new one with connections:write under Basic Information.",
            SendResult.Failed no => no.Reason,
            _ => "Slack does not tell where to connect. Braid tries again.",
        };
        host.Report(trouble);
        throw new IOException(trouble);
    }

    /// <summary>Slack's own hosts, or that of the API address.</summary>
    internal static Uri? Socket(string? url, SlackSettings settings)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) { return null; }
        var slack = address.Scheme == "wss" && address.Host.EndsWith(".slack.com", StringComparison.Ordinal);
        var ours = !string.IsNullOrWhiteSpace(settings.ApiBaseUrl) && new Uri(settings.ApiBaseUrl).Host == address.Host && address.Scheme is "ws" or "wss";
        return slack || ours ? address : null;
    }

    private static string Position(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
