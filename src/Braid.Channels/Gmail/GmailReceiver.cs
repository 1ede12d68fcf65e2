using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.Gmail;

/// <summary>A raw mail as the listener stored it. Gmail's own thread comes along, so that answers lie in it.</summary>
internal sealed class GmailReceiver : IReceiver<GmailSettings>
{
    public const string Thread = "gmailThread";

    public Verdict Verify(WebhookRequest request, GmailSettings settings) => new Verdict.Forged("Mail is fetched from Gmail, it is not posted here.", 403);

    public Reading Read(RawDelivery delivery, GmailSettings settings)
    {
        var reading = MailEvents.Read(delivery, settings.Place);
        return reading is Reading.Events read && delivery.Headers.GetValueOrDefault("gmail-thread") is { } thread
            ? read with { Items = [.. read.Items.Select(e => e with { Extra = new Dictionary<string, string>(e.Extra) { [Thread] = thread } })] }
            : reading;
    }
}

internal sealed class GmailMedia : IMedia<GmailSettings>
{
    public Task<MediaContent> OpenAsync(MediaRequest request, GmailSettings settings, ProviderContext context, CancellationToken ct) =>
        Task.FromResult(MailFiles.Open(request.Reference, request.Source?.Body ?? default));
}

internal sealed class GmailSetup : ISetup<GmailSettings>
{
    public async Task<IReadOnlyList<CheckStep>> CheckAsync(GmailSettings settings, ConnectContext context, CancellationToken ct) =>
    [
        await TokenCalls.CheckAsync("Mailbox", async () =>
        {
            var answer = await new GmailApi(settings, context.Provider).GetAsync("profile", ct);
            var address = (answer as ProviderAnswer.Answered)?.Json.Text("emailAddress");
            var own = address is null || address.Equals(settings.Address, StringComparison.OrdinalIgnoreCase) || settings.Aliases.Contains(address, StringComparer.OrdinalIgnoreCase);
            return Outcomes.Step(
                "Mailbox", answer, "Gmail", own ? $"Signed in to {address}." : $"Signed in to {address}. Answers come from {settings.Address}: Gmail must allow it under \"Send mail as\".",
                "Switch on the Gmail API in Google Cloud, and sign in again with both permissions.");
        }),
    ];

    /// <summary>There is nothing to set up at Gmail: the mailbox is asked.</summary>
    public Task<IReadOnlyList<CheckStep>> ConnectAsync(GmailSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
