using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

internal sealed class DiscordSetup : ISetup<DiscordSettings>
{
    private const long MessageContentFlags = (1 << 18) | (1 << 19);
    private const string Portal = "Open the application on discord.com/developers";

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(DiscordSettings settings, ConnectContext context, CancellationToken ct)
    {
        var answer = await DiscordApi.Of(settings, context.Provider).GetAsync("applications/@me", ct);
        var token = Outcomes.Step("Token", answer, "Discord", "", "Reset the token in the developer portal, under Bot, and enter the new one.");
        if (!token.Ok) { return [token]; }

        var app = ((ProviderAnswer.Answered)answer).Json;
        List<CheckStep> steps = [token with { Message = $"The application is {app.Text("name")}." }];
        if (app.Id("id") is { } id && id != settings.ApplicationId)
        {
            steps.Add(new("Application id", false, $"The token belongs to application {id}.", $"Enter {id} as application id."));
        }

        if (settings.MessageContent && app.Number("flags") is { } flags && (flags & MessageContentFlags) == 0)
        {
            steps.Add(new("Message content", false, "The bot may not read what people write.", $"{Portal}, Bot, and switch on the Message Content intent, or switch off reading all messages here."));
        }

        if (!string.IsNullOrEmpty(settings.PublicKey) && app.Text("verify_key") is { } key && !key.Equals(settings.PublicKey, StringComparison.OrdinalIgnoreCase))
        {
            steps.Add(new("Public key", false, "The public key belongs to another application.", $"{Portal}, General Information, and copy the public key again."));
        }

        return steps;
    }

    public async Task<IReadOnlyList<CheckStep>> ConnectAsync(DiscordSettings settings, ConnectContext context, CancellationToken ct)
    {
        var steps = await CheckAsync(settings, context, ct);
        if (steps.Any(s => !s.Ok)) { return steps; }
        if (string.IsNullOrEmpty(settings.PublicKey)) { return [.. steps, new("Taps and commands", true, "They come over the socket, as no public key is entered.")]; }

        // Discord asks the address before it takes it.
        var answer = await DiscordApi.Of(settings, context.Provider).PatchAsync("applications/@me", new JsonObject { ["interactions_endpoint_url"] = context.WebhookUrl.AbsoluteUri }, ct);
        return [.. steps, Outcomes.Step(
            "Taps and commands", answer, "Discord", "Discord sends taps and commands to Braid.",
            "Discord must reach this address over https and get a signed answer. Check the public key and the address, or remove the public key: then they come over the socket.")];
    }
}
