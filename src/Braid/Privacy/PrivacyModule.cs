using System.IO.Pipelines;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>What the law gives people: a copy of everything, and to be forgotten; and the hold that forbids it for a while.</summary>
internal static class PrivacyModule
{
    public static void AddPrivacy(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ForgetMessages>();
        builder.Services.AddSingleton<KeepMessages>();
        builder.Services.AddWorker<KeepMessages>();
        builder.Services.AddScoped<EraseCustomer>();
        builder.Services.AddScoped<IAlsoErase, ForgetRouting>();
        builder.Services.AddScoped<ExportCustomer>();
    }

    public static void MapPrivacy(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/customers/{id}").WithTags("Privacy");
        group.MapGet("/export", ExportAsync);
        group.MapPost("/erase", EraseAsync);
        group.MapPost("/hold", HoldAsync);
    }

    internal sealed record HoldRequest(bool Hold);

    private static async Task<PushStreamHttpResult> ExportAsync(Id<Customer> id, ExportCustomer export, Actor by, CancellationToken ct)
    {
        var person = await export.RequireAsync(id, by, ct);
        return TypedResults.Stream(async to =>
        {
            // A ZIP is written by code that knows no waiting: through a pipe, which the answer's own body would refuse.
            var pipe = new Pipe();
            var writing = Task.Run(async () =>
            {
                await using var into = pipe.Writer.AsStream();
                await export.WriteAsync(person, by, into, ct);
            }, ct);
            try
            {
                await pipe.Reader.CopyToAsync(to, ct);
            }
            finally
            {
                // Whoever goes away in the middle must not leave the writer waiting for a reader.
                await pipe.Reader.CompleteAsync();
                await writing;
            }
        }, "application/zip", $"customer-{person.Id}.zip");
    }

    private static async Task<Ok<ErasedView>> EraseAsync(Id<Customer> id, EraseCustomer erase, Actor by, CancellationToken ct) => TypedResults.Ok(await erase.RunAsync(id, by, ct));

    private static async Task<NoContent> HoldAsync(Id<Customer> id, HoldRequest request, BraidDb db, CustomerAccess access, TimeProvider clock, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        await db.InTransactionAsync(async inner =>
        {
            var person = await access.RequireLockedAsync(id, by, Permission.ManageCustomers, inner);
            await db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace && c.PersonId == person.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LegalHold, request.Hold), inner);
            db.Audited(by, request.Hold ? "customer.hold.set" : "customer.hold.lifted", person.Id.Value, clock.GetUtcNow());
            db.Events.Add(new CustomerChanged(by.Workspace, person.Id, "changed"));
        }, ct);
        return TypedResults.NoContent();
    }
}
