using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>
/// Everything about a person in one ZIP: `profile.json` (profiles, values, handles, keys, consent, ...), `messages.jsonl` (one per line, the oldest
/// first) `attachments/` and `pictures/`. Written as it is read, so that a long history needs no memory.
/// </summary>
internal sealed class ExportCustomer(BraidDb db, CustomerAccess access, CustomerPhotos photos, IFileStore files, TimeProvider clock)
{
    private const int Step = 500;
    private static readonly MethodInfo Read = typeof(ExportCustomer).GetMethod(nameof(ReadAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };
    private static readonly JsonSerializerOptions Line = new(Json) { WriteIndented = false };

    public async Task<Customer> RequireAsync(Id<Customer> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        return await access.RequireAsync(id, by, Permission.ManageCustomers, ct);
    }

    public async Task WriteAsync(Customer person, Actor by, Stream to, CancellationToken ct)
    {
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            await ProfileAsync(zip, person, ct);
            var attachments = await MessagesAsync(zip, person, ct);
            foreach (var attachment in attachments) { await FileAsync(zip, person.WorkspaceId, attachment.FileId!.Value, EntryName(attachment), ct); }
            foreach (var photo in await photos.OfAsync(person.WorkspaceId, person.Id, ct)) { await FileAsync(zip, person.WorkspaceId, photo, $"pictures/{photo}", ct); }
        }

        db.Audited(by, "customer.exported", person.Id.Value, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
    }

    private async Task ProfileAsync(ZipArchive zip, Customer person, CancellationToken ct)
    {
        var profiles = await db.Set<Customer>().AsNoTracking().Where(c => c.WorkspaceId == person.WorkspaceId && c.PersonId == person.Id).OrderBy(c => c.CreatedAt).ToListAsync(ct);
        var ids = profiles.ConvertAll(p => p.Id);
        var parts = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["exportedAt"] = clock.GetUtcNow(),
            ["profiles"] = profiles,
            ["values"] = await db.Set<CustomerValue>().AsNoTracking().Where(v => v.WorkspaceId == person.WorkspaceId && ids.Contains(v.CustomerId)).ToListAsync(ct),
            ["links"] = await db.Set<CustomerLink>().AsNoTracking().Where(l => l.WorkspaceId == person.WorkspaceId && (ids.Contains(l.LeftId) || ids.Contains(l.RightId))).ToListAsync(ct),
        };
        foreach (var entity in db.Model.GetEntityTypes().Where(e => typeof(IOfPerson).IsAssignableFrom(e.ClrType)))
        {
            parts[entity.GetTableName()!] = await (Task<object>)Read.MakeGenericMethod(entity.ClrType).Invoke(this, [person, ct])!;
        }

        await using var stream = await zip.CreateEntry("profile.json", CompressionLevel.Fastest).OpenAsync(ct);
        await JsonSerializer.SerializeAsync(stream, parts, Json, ct);
    }

    private async Task<object> ReadAsync<T>(Customer person, CancellationToken ct)
        where T : class, IOfPerson => await db.Set<T>().AsNoTracking().Where(r => r.WorkspaceId == person.WorkspaceId && r.CustomerId == person.Id).ToListAsync(ct);

    private async Task<List<Attachment>> MessagesAsync(ZipArchive zip, Customer person, CancellationToken ct)
    {
        var attachments = new List<Attachment>();
        var theirs = db.Set<Conversation>().Where(c => c.WorkspaceId == person.WorkspaceId && c.CustomerId == person.Id);
        await using var stream = await zip.CreateEntry("messages.jsonl", CompressionLevel.Fastest).OpenAsync(ct);
        for (long after = 0; ;)
        {
            // Notes are the team's, and are about the person: they belong to what is known of them.
            var page = await db.Set<Message>().AsNoTracking().Where(m => m.WorkspaceId == person.WorkspaceId && m.Seq > after && theirs.Any(c => c.Id == m.ConversationId)).OrderBy(m => m.Seq).Take(Step).ToListAsync(ct);
            if (page.Count == 0) { return attachments; }
            after = page[^1].Seq;
            var ids = page.ConvertAll(m => m.Id);
            var files = (await db.Set<Attachment>().AsNoTracking().Where(a => a.WorkspaceId == person.WorkspaceId && ids.Contains(a.MessageId)).OrderBy(a => a.Position).ToListAsync(ct)).ToLookup(a => a.MessageId);
            attachments.AddRange(files.SelectMany(f => f).Where(a => a.FileId is not null));
            foreach (var message in page)
            {
                await JsonSerializer.SerializeAsync(stream, new { message, attachments = files[message.Id].Select(a => new { a.Name, a.ContentType, a.Size, a.Facts, file = a.FileId is null ? null : EntryName(a) }) }, Line, ct);
                stream.WriteByte((byte)'\n');
            }
        }
    }

    private async Task FileAsync(ZipArchive zip, Id<Workspace> workspace, Id<StoredFile> id, string name, CancellationToken ct)
    {
        var hash = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && f.Id == id).Select(f => f.Hash).FirstOrDefaultAsync(ct);
        if (hash is null || !await files.ExistsAsync(workspace, hash, ct)) { return; }
        await using var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(ct);
        await using var bytes = await files.OpenAsync(workspace, hash, ct);
        await bytes.CopyToAsync(entry, ct);
    }

    private static string EntryName(Attachment attachment) => $"attachments/{attachment.Id}-{SafeNames.Of(attachment.Name ?? attachment.Kind.ToString())}";
}
