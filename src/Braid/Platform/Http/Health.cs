using Braid.Platform.Data;

namespace Braid.Platform.Http;

/// <summary>`live`: the process answers. `ready`: it can work, so send it traffic.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok(new Liveness("ok"))).ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).ExcludeFromDescription();
    }

    private static async Task<IResult> Ready(Data.Database database, CancellationToken ct)
    {
        var up = await AnswersAsync(database, ct).WaitAsync(Patience, ct).ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default);
        return up ? TypedResults.Ok(new Readiness("ok", "up")) : TypedResults.Json(new Readiness("unavailable", "down"), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task AnswersAsync(Data.Database database, CancellationToken ct)
    {
        using var cap = CancellationTokenSource.CreateLinkedTokenSource(ct);
        cap.CancelAfter(Patience);
        await using var connection = await database.OpenAsync(cap.Token);
        await using var ask = connection.CreateCommand();
        ask.CommandText = "select 1";
        await ask.ExecuteScalarAsync(cap.Token);
    }

    internal sealed record Liveness(string Status);

    private sealed record Readiness(string Status, string Database);
}
