using System.Reflection;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Delivery;
using Braid.Imports;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>
/// Forgets a person: all profiles linked as one, everything said with them, every file, raw body, queue entry and index. What others said in
/// groups and in public stays, without this person's words and names. What remains is an entry in the audit that somebody was erased, and counts.
/// </summary>
internal sealed class EraseCustomer(BraidDb db, CustomerAccess access, ForgetMessages forget, IEnumerable<IAlsoErase> others, CustomerPhotos photos, IFileStore files, TimeProvider clock)
{
    private static readonly MethodInfo Remove = typeof(EraseCustomer).GetMethod(nameof(RemoveAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    public async Task<ErasedView> RunAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        ErasedView? erased = null;
        List<string> bytes = [];
        await db.InTransactionAsync(async inner =>
        {
            await SecurelyAsync(true, inner);
            await db.HoldPeopleAsync(by.Workspace, inner);
            var person = await access.RequireLockedAsync(id, by, Permission.ManageCustomers, inner);
            var members = await db.Set<Customer>().Where(c => c.WorkspaceId == by.Workspace && c.PersonId == person.Id).OrderBy(c => c.Id).ToListAsync(inner);
            if (members.Exists(m => m.LegalHold)) { throw new RefusalException("legal_hold", "This person is under a legal hold. An admin has to lift it first."); }
            foreach (var member in members) { await db.LockAsync("customers", member.Id.Value, inner); }
            foreach (var other in others) { await other.RunAsync(by.Workspace, members.ConvertAll(m => m.Id), inner); }
            (erased, bytes) = await ForgetAsync(by.Workspace, person.Id, members.ConvertAll(m => m.Id), inner);
            db.Audited(by, "customer.erased", person.Id.Value, clock.GetUtcNow());
            db.Events.Add(new CustomerChanged(by.Workspace, person.Id, "erased"));
            await db.SaveChangesAsync(inner);
            await SecurelyAsync(false, inner);
        }, ct);
        db.ChangeTracker.Clear();
        foreach (var hash in bytes) { await files.DeleteAsync(by.Workspace, hash, ct); }
        await ScrubAsync(ct);
        return erased!;
    }

    private async Task<(ErasedView, List<string>)> ForgetAsync(Id<Workspace> workspace, Id<Customer> person, List<Id<Customer>> members, CancellationToken ct)
    {
        var conversations = await db.Set<Conversation>().Where(c => c.WorkspaceId == workspace && members.Contains(c.CustomerId)).Select(c => c.Id).ToListAsync(ct);
        var threads = await db.Set<ChannelThread>().Where(t => t.WorkspaceId == workspace && members.Contains(t.CustomerId)).Select(t => t.Id).ToListAsync(ct);
        var handles = await db.Set<Identity>().Where(i => i.WorkspaceId == workspace && members.Contains(i.CustomerId)).Select(i => i.ExternalId).ToListAsync(ct);
        var origins = members.ConvertAll(m => (Guid?)m.Value);
        // Theirs: all of their own conversations, and their own words in those of others.
        var theirs = db.Set<Message>().Where(m => m.WorkspaceId == workspace && (conversations.Contains(m.ConversationId) || (m.AuthorKind == AuthorKind.Customer && origins.Contains(m.AuthorId))));
        var messages = await theirs.Select(m => new { m.Id, m.DeliveryId, m.ConversationId, m.InboxId }).ToListAsync(ct);
        var ids = messages.ConvertAll(m => m.Id);
        // In which bodies it came: messages, and what was said of them later (edits, reactions, receipts).
        var (said, talks) = (ids.ConvertAll(i => (Guid?)i.Value), conversations.ConvertAll(c => (Guid?)c.Value));
        var about = await db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == workspace && (said.Contains(e.MessageId) || talks.Contains(e.ConversationId))).Select(e => e.DeliveryId).Distinct().ToListAsync(ct);
        var deliveries = messages.Select(m => m.DeliveryId).OfType<Guid>().Select(d => new Id<Ingest.Delivery>(d)).Union(about).ToList();
        var came = deliveries.ConvertAll(d => d.Value);

        var hashes = await forget.FilesAsync(workspace, ids, ct);
        hashes.AddRange(await forget.BodiesAsync(workspace, deliveries, ids, ct));
        hashes.AddRange(await ForgetImportsAsync(workspace, members, ct));
        await forget.MarksAsync(workspace, ids, handles, ct);
        await db.Set<WaitingChange>().Where(w => w.WorkspaceId == workspace && came.Contains(w.DeliveryId)).ExecuteDeleteAsync(ct);
        await db.Set<Activity>().Where(a => a.WorkspaceId == workspace && conversations.Contains(a.ConversationId)).ExecuteDeleteAsync(ct);
        await db.Set<Strand>().Where(s => s.WorkspaceId == workspace && (conversations.Contains(s.ConversationId) || threads.Contains(s.ThreadId))).ExecuteDeleteAsync(ct);
        await theirs.Where(m => conversations.Contains(m.ConversationId)).ExecuteDeleteAsync(ct);
        // Elsewhere the place in the talk stays, empty.
        await theirs.ExecuteUpdateAsync(set => set.SetProperty(m => m.Text, (string?)null).SetProperty(m => m.Html, (string?)null).SetProperty(m => m.HiddenText, (string?)null).SetProperty(m => m.Subject, (string?)null)
            .SetProperty(m => m.Extras, (string?)null).SetProperty(m => m.AuthorName, (string?)null).SetProperty(m => m.AuthorId, (Guid?)null).SetProperty(m => m.DeletedAt, clock.GetUtcNow()), ct);
        // Events keep their numbers, so that no reader thinks it missed one.
        var talked = conversations.ConvertAll(c => (Guid?)c.Value);
        await db.Set<Platform.Events.StoredEvent>().Where(e => e.WorkspaceId == workspace && (origins.Contains(e.CustomerId) || talked.Contains(e.ConversationId))).ExecuteUpdateAsync(set => set.SetProperty(e => e.Data, (string?)null), ct);
        // What an API call answered is kept for a day.
        var named = members.Select(m => m.ToString()).Concat(conversations.Select(c => c.ToString())).ToList();
        await db.Set<IdempotentAnswer>().Where(a => a.WorkspaceId == workspace && named.Any(n => a.Body!.Contains(n))).ExecuteDeleteAsync(ct);
        var payloads = members.Select(m => m.ToString()).Concat(ids.Select(i => i.ToString())).ToHashSet(StringComparer.Ordinal);
        await db.Set<Job>().Where(j => j.WorkspaceId == workspace && j.UniqueKey != null && payloads.Contains(j.UniqueKey)).ExecuteDeleteAsync(ct);
        await db.Set<Suggestion>().Where(s => s.WorkspaceId == workspace && (members.Contains(s.LeftId) || members.Contains(s.RightId))).ExecuteDeleteAsync(ct);
        await db.Set<CustomerLink>().Where(l => l.WorkspaceId == workspace && (members.Contains(l.LeftId) || members.Contains(l.RightId))).ExecuteDeleteAsync(ct);
        var pictures = await photos.OfAsync(workspace, person, ct);
        await db.Set<CustomerValue>().Where(v => v.WorkspaceId == workspace && members.Contains(v.CustomerId)).ExecuteDeleteAsync(ct);
        hashes.AddRange(await forget.UnnamedAsync(workspace, await photos.ForgetAsync(workspace, pictures, ct), ct));
        foreach (var entity in db.Model.GetEntityTypes().Where(e => typeof(IOfPerson).IsAssignableFrom(e.ClrType)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            await (Task)Remove.MakeGenericMethod(entity.ClrType).Invoke(this, [workspace, members, ct])!;
        }

        await db.Set<Customer>().Where(c => c.WorkspaceId == workspace && members.Contains(c.Id)).ExecuteDeleteAsync(ct);
        return (new(members.Count, conversations.Count, ids.Count, hashes.Count), hashes);
    }

    private Task<int> RemoveAsync<T>(Id<Workspace> workspace, List<Id<Customer>> members, CancellationToken ct)
        where T : class, IOfPerson => db.Set<T>().Where(r => r.WorkspaceId == workspace && (members.Contains(r.CustomerId) || members.Contains(r.OriginId))).ExecuteDeleteAsync(ct);

    /// <summary>The files they were imported from. What was imported stays with the others, and can still be undone: that needs no file.</summary>
    private async Task<List<string>> ForgetImportsAsync(Id<Workspace> workspace, List<Id<Customer>> members, CancellationToken ct)
    {
        var rows = db.Set<ImportRow>().Where(r => r.WorkspaceId == workspace && r.CustomerId != null && members.Contains(r.CustomerId.Value));
        var files = await db.Set<Import>().Where(i => i.WorkspaceId == workspace && rows.Any(r => r.ImportId == i.Id)).Select(i => i.FileId).Distinct().ToListAsync(ct);
        var hashes = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && files.Contains(f.Id)).Select(f => f.Hash).ToListAsync(ct);
        await rows.ExecuteDeleteAsync(ct);
        await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && files.Contains(f.Id)).ExecuteDeleteAsync(ct);
        return await forget.UnnamedAsync(workspace, hashes, ct);
    }

    /// <summary>SQLite leaves removed rows in its pages until they are written over; here they are, at once.</summary>
    private async Task SecurelyAsync(bool on, CancellationToken ct)
    {
        if (db.Engine == Engine.Sqlite) { await db.Database.ExecuteSqlRawAsync(on ? "pragma secure_delete=on" : "pragma secure_delete=off", ct); }
    }

    /// <summary>And in its log until that is begun anew, which waits for those who read just now.</summary>
    private async Task ScrubAsync(CancellationToken ct)
    {
        if (db.Engine != Engine.Sqlite) { return; }
        await db.Database.ExecuteSqlRawAsync("pragma busy_timeout=5000; pragma wal_checkpoint(truncate); pragma busy_timeout=0", ct);
    }
}

/// <summary>Forgets what another module knows of a person, first, in the same transaction; rows of the person themselves go without being asked.</summary>
internal interface IAlsoErase
{
    Task RunAsync(Id<Workspace> workspace, IReadOnlyList<Id<Customer>> members, CancellationToken ct);
}

/// <param name="Profiles">How many linked profiles the person had.</param>
/// <param name="Files">Stored files and raw bodies removed from the file store.</param>
internal sealed record ErasedView(int Profiles, int Conversations, int Messages, int Files);
