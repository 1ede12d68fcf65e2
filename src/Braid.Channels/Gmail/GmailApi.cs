using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.Gmail;

internal sealed class GmailApi(GmailSettings settings, ProviderContext context)
{
    public const string Scope = "https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/gmail.send";
    public const string Fix = "Open the inbox's settings and sign in with Google again.";
    private const string Server = "https://gmail.googleapis.com";

    public Task<ProviderAnswer> CallAsync(Func<JsonApi, Task<ProviderAnswer>> call, CancellationToken ct) => context.Tokens.CallAsync(
        "google", RenewAsync, token => call(Api(token)), no => no.Status == 401, ct);

    public Task<ProviderAnswer> GetAsync(string path, CancellationToken ct) => CallAsync(api => api.GetAsync("gmail/v1/users/me/" + path, ct), ct);

    /// <summary>The mail as it is, null when it was deleted. Beyond the limit only its header comes, with the reason.</summary>
    public async Task<(byte[] Raw, DateTimeOffset? At, string? Thread, string? Truncated)?> MailAsync(string id, CancellationToken ct)
    {
        // Base64 in JSON; ordinary answers are cut at a megabyte, so this one is read by itself.
        var token = await context.Tokens.GetAsync("google", RenewAsync, ct);
        HttpContent content;
        try
        {
            using var request = Api(token.Value).Request(HttpMethod.Get, $"gmail/v1/users/me/messages/{Uri.EscapeDataString(id)}?format=raw");
            content = await FileDownload.OpenAsync(request, context.Http, "Gmail", ct);
        }
        catch (MediaUnavailableException gone) when (gone.Message.Contains("404", StringComparison.Ordinal))
        {
            return null;
        }
        catch (MediaUnavailableException trouble)
        {
            if (trouble.Message.Contains("401", StringComparison.Ordinal)) { context.Tokens.Forget("google", token); }
            throw new PollException(trouble.Message, TimeSpan.FromSeconds(30));
        }

        var most = settings.MaxMegabytes * 1024L * 1024L;
        var (bytes, cut) = await MailBytes.ReadAsync(content, (most * 4 / 3) + 4096, ct);
        if (cut) { return await HeaderAsync(id, ct); }
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            if (json.Text("raw") is not { } raw) { throw new PollException("Gmail gave a mail without content.", TimeSpan.FromSeconds(30)); }
            var mail = System.Buffers.Text.Base64Url.DecodeFromChars(raw.TrimEnd('='));
            return mail.Length > most ? await HeaderAsync(id, ct) : (mail, json.Epoch("internalDate"), json.Id("threadId"), null);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new PollException("Gmail's answer could not be read.", TimeSpan.FromSeconds(30));
        }
    }

    private async Task<(byte[] Raw, DateTimeOffset? At, string? Thread, string? Truncated)?> HeaderAsync(string id, CancellationToken ct)
    {
        var json = Polling.Require(await GetAsync($"messages/{Uri.EscapeDataString(id)}?format=metadata", ct), "Gmail", Fix);
        var mail = new MailAssembly();
        foreach (var header in json.Get("payload").Items("headers")) { mail.Header(header.Text("name"), header.Text("value")); }
        return (mail.Build(), json.Epoch("internalDate"), json.Id("threadId"), $"more than the limit of {settings.MaxMegabytes} MB");
    }

    private JsonApi Api(string token) => new(JsonApi.Base(settings.ApiBaseUrl, Server), context, GmailChannel.Limits.CallTimeout, JsonApi.Bearer(token));

    private Task<KeptToken> RenewAsync(KeptToken? last, CancellationToken ct) => GoogleSignIn.RenewAsync(settings.Consent, last, context, GmailChannel.Limits.CallTimeout, ct);
}

internal sealed class GmailLogin : ILogin<GmailSettings>
{
    public Uri Begin(GmailSettings settings, LoginRequest request) => GoogleSignIn.Begin(settings.Consent, GmailApi.Scope, request);

    public Task<LoginOutcome> FinishAsync(LoginAnswer answer, GmailSettings settings, ProviderContext context, CancellationToken ct) =>
        GoogleSignIn.FinishAsync(answer, settings.Consent, context, GmailChannel.Limits.CallTimeout, ct);
}
