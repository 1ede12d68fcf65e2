using System.Collections.Concurrent;
using System.Text;
using Braid.Channels;
using Braid.Platform.Http;

namespace Braid.Inboxes;

/// <summary>
/// Providers' public keys (JWKS, certificates) for webhooks that are signed with them. Kept for six hours; a signature that fits no key
/// looks once more, for providers change their keys, but not more often than every minute: forgers must not make us call.
/// </summary>
internal sealed class ProviderKeys(ProviderHttp http, TimeProvider clock)
{
    private const int MostBytes = 256 * 1024;
    private const int MostDocuments = 200;
    private static readonly TimeSpan Good = TimeSpan.FromHours(6);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Document> documents = new(StringComparer.Ordinal);

    /// <summary>Verifies a request, fetching what its signature needs first.</summary>
    public async ValueTask<Verdict> VerifyAsync(ConnectedInbox inbox, WebhookRequest request, CancellationToken ct)
    {
        var wanted = inbox.Channel.KeysFor(request, inbox.Settings);
        if (wanted.Count == 0) { return inbox.Channel.Verify(request, inbox.Settings); }

        var verdict = inbox.Channel.Verify(request with { Keys = await GetAsync(wanted, Good, ct) }, inbox.Settings);
        return verdict is Verdict.Forged && await GetAsync(wanted, Pause, ct) is var fresh
            ? inbox.Channel.Verify(request with { Keys = fresh }, inbox.Settings)
            : verdict;
    }

    private async Task<Dictionary<string, string>> GetAsync(IReadOnlyList<Uri> addresses, TimeSpan age, CancellationToken ct)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            if (await GetAsync(address.AbsoluteUri, age, ct) is { } text) { found[address.AbsoluteUri] = text; }
        }

        return found;
    }

    private async Task<string?> GetAsync(string address, TimeSpan age, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (documents.TryGetValue(address, out var known) && now - known.FetchedAt < age) { return known.Text; }
        if (documents.Count > MostDocuments) { documents.Clear(); }
        string? text;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            using var answer = await http.Client.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, patience.Token);
            text = answer.IsSuccessStatusCode ? Encoding.UTF8.GetString(await answer.Content.ReadAtMostAsync(MostBytes, patience.Token)) : null;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException or IOException)
        {
            text = null;
        }

        // What we had is better than nothing while the provider can't be reached.
        documents[address] = new(text ?? known?.Text, now);
        return text ?? known?.Text;
    }

    private sealed record Document(string? Text, DateTimeOffset FetchedAt);
}
