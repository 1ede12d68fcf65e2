using System.Text.Json;
using Braid.Accounts;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Imports;

/// <summary>Drafts an import from an uploaded file, and starts its check, its run and its undoing, each a job of its own.</summary>
internal sealed class Imports(BraidDb db, IFileStore files, Attributes attributes, JobQueue jobs, TimeProvider clock)
{
    private const int SampleRows = 5;
    private const int MostErrors = 200;

    public sealed record DraftRequest(Id<StoredFile> FileId);

    public sealed record MappingRequest(IReadOnlyList<string?> Columns, string? Region, string? System, string? Encoding);

    public async Task<ImportView> DraftAsync(DraftRequest request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        var file = await db.Set<StoredFile>().AsNoTracking().FirstOrDefaultAsync(f => f.WorkspaceId == by.Workspace && f.Id == request.FileId, ct) ?? throw RefusalException.NotFound("file");
        var (header, _) = await LookAsync(by.Workspace, file.Id, null, ct);
        var import = new Import
        {
            WorkspaceId = by.Workspace, Name = file.Name, FileId = file.Id, MadeBy = by.AgentId, CreatedAt = clock.GetUtcNow(),
            Mapping = JsonSerializer.Serialize(new ImportMapping(ImportFields.Guess(header, await attributes.AllAsync(by.Workspace, ct)), null, null, null), JsonSerializerOptions.Web),
        };
        db.Add(import);
        await db.SaveChangesAsync(ct);
        return await ViewAsync(import, ct);
    }

    public async Task<ImportView> MapAsync(Id<Import> id, MappingRequest request, Actor by, CancellationToken ct)
    {
        var import = await RequireAsync(id, by, ct);
        if (import.State is not (ImportState.Draft or ImportState.Checked or ImportState.Failed)) { throw Busy(import); }
        var known = await attributes.AllAsync(by.Workspace, ct);
        var columns = request.Columns ?? [];
        if (columns.Count > TableReader.MostColumns || columns.FirstOrDefault(c => c is not null && !ImportFields.IsField(c, known)) is not null) { throw Wrong("columns", $"“{columns.FirstOrDefault(c => c is not null && !ImportFields.IsField(c, known))}” is not a field of a customer."); }
        if (columns.OfType<string>().Where(c => c is not (ImportFields.Email or ImportFields.Phone or ImportFields.Tags)).GroupBy(c => c).FirstOrDefault(g => g.Count() > 1)?.Key is { } twice) { throw Wrong("columns", $"Two columns are mapped to {twice}."); }
        if (columns.All(c => c is null)) { throw Wrong("columns", "Map at least one column."); }
        if (columns.Contains(ImportFields.ExternalId) && string.IsNullOrWhiteSpace(request.System)) { throw Wrong("system", "Name the system the ids belong to, such as shop."); }
        import.Mapping = JsonSerializer.Serialize(new ImportMapping(columns, CustomerFields.Text(request.Region, "region", 2)?.ToUpperInvariant(), CustomerFields.Text(request.System, "system", 40)?.ToLowerInvariant(), CustomerFields.Text(request.Encoding, "encoding", 40)), JsonSerializerOptions.Web);
        import.State = ImportState.Draft;
        await db.SaveChangesAsync(ct);
        return await ViewAsync(import, ct);
    }

    /// <param name="to">Checking reads and says what would happen; running does it; undoing takes it back.</param>
    public async Task<ImportView> StartAsync(Id<Import> id, ImportState to, Actor by, CancellationToken ct)
    {
        var import = await RequireAsync(id, by, ct);
        var may = to switch
        {
            ImportState.Checking => import.State is ImportState.Draft or ImportState.Checked or ImportState.Failed,
            ImportState.Running => import.State is ImportState.Checked,
            _ => import.State is ImportState.Done or ImportState.Failed,
        };
        if (!may) { throw to == ImportState.Running && import.State == ImportState.Draft ? new RefusalException("conflict", "Check the import first.") : Busy(import); }
        await db.InTransactionAsync(async inner =>
        {
            (import.State, import.Rows, import.Error, import.EndedAt) = (to, 0, null, null);
            if (to != ImportState.Undoing)
            {
                (import.Made, import.Changed, import.Failed) = (0, 0, 0);
                await db.Set<ImportRow>().Where(r => r.WorkspaceId == by.Workspace && r.ImportId == id).ExecuteDeleteAsync(inner);
            }

            db.Audited(by, "import." + EnumNames.Of(to), import.Id.Value, clock.GetUtcNow());
            await jobs.EnqueueAsync(NewJob.Of(by.Workspace, RunImport.KindName, new RunImport.Payload(id)) with { UniqueKey = id.ToString() }, inner);
            await db.SaveChangesAsync(inner);
        }, ct);
        return await ViewAsync(import, ct);
    }

    public async Task<ImportsView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        var rows = await db.Set<Import>().AsNoTracking().Where(i => i.WorkspaceId == by.Workspace).OrderByDescending(i => i.CreatedAt).ThenByDescending(i => i.Id).Take(100).ToListAsync(ct);
        return new([.. rows.Select(i => new ImportItemView(i.Id, i.Name, i.State, i.Rows, i.Made, i.Changed, i.Failed, i.CreatedAt, i.EndedAt))]);
    }

    public async Task<ImportView> ReadAsync(Id<Import> id, Actor by, CancellationToken ct) => await ViewAsync(await RequireAsync(id, by, ct), ct);

    private async Task<ImportView> ViewAsync(Import import, CancellationToken ct)
    {
        var mapping = MappingOf(import);
        IReadOnlyList<string?> header = [];
        List<string?[]> sample = [];
        var error = import.Error;
        try
        {
            (header, sample) = await LookAsync(import.WorkspaceId, import.FileId, mapping.Encoding, ct);
        }
        catch (RefusalException e)
        {
            error ??= e.Message;
        }

        var errors = await db.Set<ImportRow>().AsNoTracking().Where(r => r.WorkspaceId == import.WorkspaceId && r.ImportId == import.Id && r.Outcome == RowOutcome.Failed).OrderBy(r => r.Number).Take(MostErrors)
            .Select(r => new RowErrorView(r.Number, r.Error!)).ToListAsync(ct);
        return new(import.Id, import.Name, import.State, header, sample, mapping, import.Rows, import.Made, import.Changed, import.Failed, errors, error, import.CreatedAt, import.EndedAt);
    }

    private async Task<(List<string?> Header, List<string?[]> Sample)> LookAsync(Id<Workspace> workspace, Id<StoredFile> id, string? encoding, CancellationToken ct)
    {
        try
        {
            await using var bytes = await OpenAsync(db, files, workspace, id, ct);
            var rows = TableReader.Read(bytes, encoding).Take(SampleRows + 1).ToList();
            return rows.Count < 2 ? throw new NotATableException("The file has no rows below its header.") : ([.. rows[0]], rows[1..]);
        }
        catch (NotATableException e)
        {
            throw Wrong("file", e.Message);
        }
        catch (IOException e)
        {
            throw Wrong("file", $"The file could not be read: {e.GetType().Name}. Upload it again.");
        }
    }

    public static async Task<Stream> OpenAsync(BraidDb db, IFileStore files, Id<Workspace> workspace, Id<StoredFile> id, CancellationToken ct)
    {
        var hash = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && f.Id == id).Select(f => f.Hash).FirstOrDefaultAsync(ct) ?? throw new NotATableException("The file is gone. Upload it again.");
        return await files.OpenAsync(workspace, hash, ct);
    }

    public static ImportMapping MappingOf(Import import) => JsonSerializer.Deserialize<ImportMapping>(import.Mapping, JsonSerializerOptions.Web)!;

    private async Task<Import> RequireAsync(Id<Import> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        return await db.Set<Import>().FirstOrDefaultAsync(i => i.WorkspaceId == by.Workspace && i.Id == id, ct) ?? throw RefusalException.NotFound("import");
    }

    private static RefusalException Busy(Import import) => new("conflict", $"This import is {EnumNames.Of(import.State)}. Wait until it is done, or load it again.");

    private static RefusalException Wrong(string field, string what) => RefusalException.Invalid(what, new Dictionary<string, string> { [field] = what });
}

internal sealed record ImportsView(IReadOnlyList<ImportItemView> Items);

internal sealed record ImportItemView(Id<Import> Id, string Name, ImportState State, int Rows, int Made, int Changed, int Failed, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <param name="Header">The names of the file's columns.</param>
/// <param name="Sample">Its first rows.</param>
/// <param name="Errors">The first 200 rows that failed.</param>
internal sealed record ImportView(
    Id<Import> Id, string Name, ImportState State, IReadOnlyList<string?> Header, IReadOnlyList<string?[]> Sample, ImportMapping Mapping, int Rows, int Made, int Changed, int Failed, IReadOnlyList<RowErrorView> Errors,
    string? Error, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <param name="Row">As a spreadsheet counts: the header is 1.</param>
internal sealed record RowErrorView(int Row, string Error);
