using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Braid.Platform.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Braid.Platform.Http;

/// <summary>Metadata of endpoints that treat the Idempotency-Key themselves (sending a message keeps it for ever).</summary>
internal sealed class OwnIdempotency;

/// <summary>
/// An unsafe call repeated with its Idempotency-Key gets the first answer again, for 24 hours. Only successes are kept: a refusal
/// changed nothing, so trying again is safe. Answers may hold a secret shown once, hence they are stored encrypted.
/// </summary>
internal sealed class Idempotency(RequestDelegate next, IServiceScopeFactory scopes, TimeProvider clock, IDataProtectionProvider protection)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(2);
    private readonly IDataProtector box = protection.CreateProtector("Braid.IdempotentAnswers");

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return ApiGate.IsUnsafe(request.Method) && request.Path.StartsWithSegments("/api/v1")
            && request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key
            && Guid.TryParse(context.User.FindFirst(CallerClaims.Workspace)?.Value, out var workspace)
            && context.GetEndpoint()?.Metadata.GetMetadata<OwnIdempotency>() is null
            ? OnceAsync(context, new(workspace), key)
            : next(context);
    }

    private async Task OnceAsync(HttpContext context, Id<Workspace> workspace, string key)
    {
        if (key.Length > 200)
        {
            throw RefusalException.Invalid("An Idempotency-Key has at most 200 characters.");
        }

        var ct = context.RequestAborted;
        var hash = await HashAsync(context, ct);
        if (!await ClaimAsync(workspace, key, hash, ct))
        {
            await ReplayAsync(context, workspace, key, hash, ct);
            return;
        }

        var kept = false;
        var body = context.Response.Body;
        await using var copy = new MemoryStream();
        try
        {
            context.Response.Body = copy;
            await next(context);
            context.Response.Body = body;
            if (context.Response.StatusCode < 400)
            {
                // The work is done: a caller who left now must find this answer when he asks again.
                await KeepAsync(workspace, key, context.Response.StatusCode, copy.ToArray(), CancellationToken.None);
                kept = true;
            }

            copy.Position = 0;
            await copy.CopyToAsync(body, ct);
        }
        finally
        {
            context.Response.Body = body;
            if (!kept)
            {
                await WithAsync(rows => rows.Where(a => a.WorkspaceId == workspace && a.Key == key && a.Status == 0).ExecuteDeleteAsync(CancellationToken.None));
            }
        }
    }

    /// <summary>True: this call does the work. The unique key decides between two at once.</summary>
    private async Task<bool> ClaimAsync(Id<Workspace> workspace, string key, string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await WithAsync(rows => rows
            .Where(a => a.WorkspaceId == workspace && a.Key == key && (a.CreatedAt < now - Kept || (a.Status == 0 && a.CreatedAt < now - Abandoned)))
            .ExecuteDeleteAsync(ct));
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        db.Add(new IdempotentAnswer { WorkspaceId = workspace, Key = key, RequestHash = hash, CreatedAt = now });
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException e) when (Data.Database.IsConflict(e))
        {
            return false;
        }
    }

    private async Task ReplayAsync(HttpContext context, Id<Workspace> workspace, string key, string hash, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var first = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<IdempotentAnswer>().AsNoTracking()
            .SingleOrDefaultAsync(a => a.WorkspaceId == workspace && a.Key == key, ct);
        if (first is not null && first.RequestHash != hash)
        {
            throw new RefusalException("idempotency_mismatch", "This Idempotency-Key was used for another request. Take a new key.", StatusCodes.Status422UnprocessableEntity);
        }

        if (first is null || first.Status == 0)
        {
            throw new RefusalException("in_progress", "The first call with this Idempotency-Key is still running. Ask again in a second.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        context.Response.StatusCode = first.Status;
        context.Response.Headers["Idempotent-Replay"] = "true";
        if (first.Body is { Length: > 0 } kept)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(box.Unprotect(kept), ct);
        }
    }

    private Task KeepAsync(Id<Workspace> workspace, string key, int status, byte[] answer, CancellationToken ct)
    {
        var body = answer.Length == 0 ? null : box.Protect(Encoding.UTF8.GetString(answer));
        return WithAsync(rows => rows.Where(a => a.WorkspaceId == workspace && a.Key == key)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Status, status).SetProperty(x => x.Body, body), ct));
    }

    private async Task WithAsync(Func<DbSet<IdempotentAnswer>, Task> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BraidDb>();
        await db.InTransactionAsync(_ => work(db.Set<IdempotentAnswer>()), CancellationToken.None);
    }

    /// <summary>Who, what and where: one agent's key never answers another's call.</summary>
    private static async Task<string> HashAsync(HttpContext context, CancellationToken ct)
    {
        var request = context.Request;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.User.FindFirst(CallerClaims.Agent)?.Value}\n{request.Method}\n{request.Path}{request.QueryString}\n"));
        request.EnableBuffering();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
