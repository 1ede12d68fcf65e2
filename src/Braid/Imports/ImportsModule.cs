using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Imports;

internal static class ImportsModule
{
    public static void AddImports(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Imports>();
        builder.Services.AddScoped<MatchImport>();
        builder.Services.AddScoped<WriteImport>();
        builder.Services.AddScoped<UndoImport>();
        builder.Services.AddScoped<Customers.ITellMoments, ImportMoments>();
        builder.Services.AddJobHandler<RunImport>();
        builder.Services.AddJobHandler<WeighImported>();
    }

    public static void MapImports(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/imports").WithTags("Imports");
        group.MapGet("/", List);
        group.MapPost("/", Draft).WithExample("""{"fileId":"01a21a05-3ca1-7b6e-9eee-93671f418208"}""");
        group.MapGet("/{id}", Read);
        group.MapPut("/{id}/mapping", Map).WithExample("""{"columns":["name","email","phone",null,"externalId"],"region":"DE","system":"shop"}""");
        group.MapPost("/{id}/check", Check);
        group.MapPost("/{id}/run", Run);
        group.MapPost("/{id}/undo", Undo);
    }

    private static async Task<Ok<ImportsView>> List(Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.ListAsync(by, ct));

    private static async Task<Created<ImportView>> Draft(Imports.DraftRequest request, Imports imports, Actor by, CancellationToken ct)
    {
        var made = await imports.DraftAsync(request, by, ct);
        return TypedResults.Created($"/api/v1/imports/{made.Id}", made);
    }

    private static async Task<Ok<ImportView>> Read(Id<Import> id, Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.ReadAsync(id, by, ct));

    private static async Task<Ok<ImportView>> Map(Id<Import> id, Imports.MappingRequest request, Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.MapAsync(id, request, by, ct));

    private static async Task<Ok<ImportView>> Check(Id<Import> id, Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.StartAsync(id, ImportState.Checking, by, ct));

    private static async Task<Ok<ImportView>> Run(Id<Import> id, Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.StartAsync(id, ImportState.Running, by, ct));

    private static async Task<Ok<ImportView>> Undo(Id<Import> id, Imports imports, Actor by, CancellationToken ct) => TypedResults.Ok(await imports.StartAsync(id, ImportState.Undoing, by, ct));
}
