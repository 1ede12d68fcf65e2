using System.Collections.Concurrent;
using System.Text.Json;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Leases;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>The connectors in the box, by kind.</summary>
internal sealed class Connectors(IEnumerable<IConnector> all)
{
    private readonly Dictionary<string, IConnector> byKind = all.ToDictionary(c => c.Descriptor.Kind, StringComparer.Ordinal);

    public IEnumerable<IConnector> All => byKind.Values;

    public IConnector Require(string kind) => byKind.TryGetValue(kind, out var connector) ? connector : throw RefusalException.NotFound("connector");
}

/// <summary>Settings and tokens at rest.</summary>
internal sealed class IntegrationSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector box = protection.CreateProtector("Braid.Integrations");

    public string Close(string text) => box.Protect(text);

    public string Open(string closed) => box.Unprotect(closed);
}

/// <summary>The pace of each integration on this node.</summary>
internal sealed class ConnectorPaces(TimeProvider clock)
{
    private const double PeoplesPace = 10;
    private readonly ConcurrentDictionary<(Id<Integration>, bool), ConnectorPace> paces = new();

    /// <param name="people">What people wait for has a pace of its own.</param>
    public ConnectorPace Of(Id<Integration> id, double perSecond, bool people) => paces.GetOrAdd((id, people), _ => new(people ? PeoplesPace : perSecond, clock));
}

/// <summary>Opens an integration to work with.</summary>
internal sealed class SyncScopes(BraidDb db, Connectors connectors, IntegrationSecrets secrets, Attributes attributes, ConnectorPaces paces, LeaseStore leases, IServiceScopeFactory services, ProviderHttp http, TimeProvider clock)
{
    /// <summary>Null when it was removed.</summary>
    public async Task<SyncScope?> OpenAsync(Id<Workspace> workspace, Id<Integration> id, CancellationToken ct, bool people = false)
    {
        if (await db.Set<Integration>().AsNoTracking().FirstOrDefaultAsync(i => i.WorkspaceId == workspace && i.Id == id, ct) is not { } row) { return null; }
        return new(row, connectors.Require(row.Kind), Session(row, people), await attributes.AllAsync(workspace, ct));
    }

    private ConnectorSession Session(Integration row, bool people)
    {
        var connector = connectors.Require(row.Kind);
        using var json = JsonDocument.Parse(secrets.Open(row.Settings));
        return new(connector.ParseSettings(json.RootElement), http.Client, new KeptToken(row, secrets, leases, services, clock), paces.Of(row.Id, connector.Descriptor.PerSecond, people), clock);
    }
}

/// <summary>The access token in the integration's row. Asked for by one caller at a time over all nodes.</summary>
internal sealed class KeptToken(Integration row, IntegrationSecrets secrets, LeaseStore leases, IServiceScopeFactory services, TimeProvider clock) : IConnectorTokens
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    private ConnectorToken? token;
    private string? refused;

    public async Task<ConnectorToken> GetAsync(Func<CancellationToken, Task<ConnectorToken>> ask, CancellationToken ct)
    {
        if (Good(token ?? Open(row.Token)) is { } good) { return token = good; }
        while (true)
        {
            if (await leases.TryAcquireAsync($"crm-token:{row.Id}", TimeSpan.FromMinutes(1), ct) is not { } lease)
            {
                // Real time: this waits for another node, not for anything of the product.
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, ct);
                continue;
            }

            try
            {
                if (Good(Open(await StoredAsync(ct))) is { } meanwhile) { return token = meanwhile; }
                token = await ask(ct);
                await StoreAsync(token, ct);
                return token;
            }
            finally
            {
                await leases.ReleaseAsync(lease, CancellationToken.None);
            }
        }
    }

    public Task ForgetAsync(ConnectorToken old, CancellationToken ct)
    {
        (token, refused) = (null, old.Value);
        return Task.CompletedTask;
    }

    private ConnectorToken? Good(ConnectorToken? one) => one is not null && one.Value != refused && (one.ExpiresAt is null || one.ExpiresAt - Early > clock.GetUtcNow()) ? one : null;

    private ConnectorToken? Open(string? closed) => closed is null ? null : JsonSerializer.Deserialize<ConnectorToken>(secrets.Open(closed), IntegrationJson.Options);

    private async Task<string?> StoredAsync(CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var (workspace, id) = (row.WorkspaceId, row.Id);
        return await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id).Select(i => i.Token).FirstOrDefaultAsync(ct);
    }

    private async Task StoreAsync(ConnectorToken fresh, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var (workspace, id, closed) = (row.WorkspaceId, row.Id, secrets.Close(JsonSerializer.Serialize(fresh, IntegrationJson.Options)));
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        await db.InTransactionAsync(inner => db.Set<Integration>().Where(i => i.WorkspaceId == workspace && i.Id == id).ExecuteUpdateAsync(set => set.SetProperty(i => i.Token, closed), inner), ct);
    }
}
