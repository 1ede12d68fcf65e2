using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Braid.Integrations;

/// <summary>
/// `POST /hooks/{kind}/{integration}/{key}`: another system says that something changed there. Forged: 401 and nothing is kept. Genuine: what to look
/// at is on the disk before it gets its 200; what is true is read later.
/// </summary>
internal static class HookEndpoint
{
    private const int MostBytes = 5 * 1024 * 1024;

    public static async Task<Results<Ok, UnauthorizedHttpResult, NotFound, StatusCodeHttpResult>> ReceiveAsync(
        string kind, Id<Integration> id, string key, HttpContext http, BraidDb db, Connectors connectors, IntegrationSecrets secrets, SyncQueue queue, JobQueue jobs, PublicAddress address, TimeProvider clock, CancellationToken ct)
    {
        var row = await db.Set<Integration>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.Kind == kind, ct);
        if (row is null || !Channels.Secrets.Match(key, row.HookKey)) { return TypedResults.NotFound(); }
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + read > MostBytes) { return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge); }
            body.Write(buffer, 0, read);
        }

        var connector = connectors.Require(kind);
        using var json = System.Text.Json.JsonDocument.Parse(secrets.Open(row.Settings));
        var request = new HookRequest(
            address.Of(http, http.Request.Path + http.Request.QueryString), http.Request.Method, http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray(), clock.GetUtcNow());
        if (connector.ReadHook(connector.ParseSettings(json.RootElement), request) is not { } hints) { return TypedResults.Unauthorized(); }
        if (hints.Count == 0 || row.State is IntegrationState.Draft) { return TypedResults.Ok(); }
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.InTransactionAsync(async inner =>
                {
                    await queue.AskAsync(row.WorkspaceId, row.Id, hints.Where(h => h.Id.Length is > 0 and <= 200).Select(h => (SyncQueue.KindOf(h.Kind), h.Id, h.Into)), inner);
                    await jobs.EnqueueAsync(SyncRun.Of(row), inner);
                }, ct);
                return TypedResults.Ok();
            }
            catch (Exception e) when (Database.IsConflict(e) && attempt < 4)
            {
                db.ChangeTracker.Clear(); // The same record was told of twice at this moment.
            }
        }
    }
}
