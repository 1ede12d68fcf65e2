using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Customers;

/// <summary>
/// Asks the provider for the name and picture of somebody whose webhooks carry none. What it says is kept as what that channel says: it names the handle,
/// and the profile too while nobody has said better.
/// </summary>
internal sealed class FindPerson(BraidDb db, IInboxDirectory inboxes, ProviderContexts contexts, CustomerValues values, CustomerPhotos photos, TimeProvider clock) : IJobHandler
{
    public const string KindName = "person.find";
    private const int LongestName = 200;

    public sealed record Payload(Id<Identity> IdentityId, string? ThreadId);

    public string Kind => KindName;

    public int Tries => 6;

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var (id, thread) = run.Read<Payload>();
        var identity = await db.Set<Identity>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.WorkspaceId == run.Workspace, ct);
        if (identity is null or { Name: not null } || await inboxes.FindAsync(identity.InboxId, ct) is not { Enabled: true, Channel.KnowsPeople: true } inbox || inbox.Workspace != run.Workspace)
        {
            return;
        }

        switch (await inbox.Channel.FindPersonAsync(new(identity.ExternalId, thread), inbox.Settings, contexts.Of(inbox), ct))
        {
            case PersonAnswer.Found { Name: { } name } found:
                await NameAsync(run, identity, name.Length > LongestName ? name[..LongestName] : name, found, contexts.Of(inbox).Http, ct);
                break;
            case PersonAnswer.NotNow later when run.Failures + 1 < Tries:
                throw new InvalidOperationException($"Not now: {later.Reason}.");
        }
    }

    private async Task NameAsync(JobRun run, Identity identity, string name, PersonAnswer.Found found, HttpClient http, CancellationToken ct)
    {
        var photo = await photos.FetchAsync(run.Workspace, found.Picture, http, ct);
        await SaveAsync(run, identity, name, found, photo, ct);
        // Where another handle had brought one, nobody names these bytes.
        if (photo is not null) { await photos.RemoveAsync(run.Workspace, [photo.Hash], null, ct); }
    }

    private Task SaveAsync(JobRun run, Identity identity, string name, PersonAnswer.Found found, StoredFile? photo, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        await db.LockAsync("customers", identity.CustomerId.Value, inner);
        var row = await db.Set<Identity>().FirstAsync(i => i.Id == identity.Id, inner);
        row.Name ??= name;
        await SayAsync(row, CustomerFieldNames.Name, name, inner);
        await SayAsync(row, CustomerFieldNames.Language, found.Language, inner);
        await SayAsync(row, CustomerFieldNames.TimeZone, found.TimeZone is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? zone : null, inner);
        if (photo is not null && await SayAsync(row, CustomerFieldNames.Photo, photo.Id.ToString(), inner)) { db.Add(photo); }
        await db.SaveChangesAsync(inner);
        var person = await db.Set<Customer>().FirstAsync(c => c.Id == row.CustomerId, inner);
        await values.ShowAsync(person, inner);
        await run.FinishAsync(db, inner);
        db.Events.Add(new CustomerChanged(run.Workspace, person.Id, "changed"));
    }, ct);

    private async Task<bool> SayAsync(Identity by, string field, string? value, CancellationToken ct)
    {
        var source = by.InboxId.Value;
        if (value is null || await db.Set<CustomerValue>().AnyAsync(v => v.WorkspaceId == by.WorkspaceId && v.CustomerId == by.OriginId && v.Field == field && v.Source == ValueSource.Channel && v.SourceId == source, ct)) { return false; }
        db.Add(new CustomerValue { WorkspaceId = by.WorkspaceId, CustomerId = by.OriginId, Field = field, Source = ValueSource.Channel, SourceId = source, Value = value, At = clock.GetUtcNow() });
        return true;
    }
}
