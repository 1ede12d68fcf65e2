using System.Globalization;
using System.Text.Json;
using Braid.Channels;
using Braid.Channels.LiveChat;
using Braid.Delivery;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>The files visitors send: they lie in our own store before a message names them.</summary>
internal sealed class VisitorFiles(BraidDb db, TimeProvider clock) : IHeldFiles
{
    public async Task AddAsync(Guest guest, StoredFile file, CancellationToken ct)
    {
        db.Add(file);
        db.Add(new VisitorUpload
        {
            FileId = file.Id, WorkspaceId = guest.Chat.Inbox.Workspace, InboxId = guest.Chat.Inbox.Id, VisitorId = guest.Visitor.VisitorId, CreatedAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>The files as the delivery names them; null when one is unknown or somebody else's. From now on they are kept.</summary>
    public async Task<IReadOnlyList<LiveChatFile>?> NameAsync(Guest guest, IReadOnlyList<string> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        var ids = wanted.Select(w => Guid.TryParse(w, CultureInfo.InvariantCulture, out var id) ? new Id<StoredFile>(id) : default).ToList();
        var found = await Mine(guest.Chat.Inbox, guest.Visitor.VisitorId).Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id, ct);
        if (!ids.TrueForAll(found.ContainsKey) || ids.Distinct().Count() != ids.Count)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        await db.InTransactionAsync(inner => db.Set<VisitorUpload>().Where(u => ids.Contains(u.FileId) && u.NamedAt == null).ExecuteUpdateAsync(set => set.SetProperty(u => u.NamedAt, now), inner), ct);
        return ids.ConvertAll(id => new LiveChatFile(id.ToString(), found[id].Name, found[id].ContentType, found[id].Size));
    }

    public async Task<StoredFile?> FindAsync(ConnectedInbox inbox, string reference, RawDelivery? source, CancellationToken ct)
    {
        if (source is null || VisitorOf(source) is not { } visitor || !Id<StoredFile>.TryParse(reference, null, out var id))
        {
            return null;
        }

        return await Mine(inbox, visitor).FirstOrDefaultAsync(f => f.Id == id, ct);
    }

    private IQueryable<StoredFile> Mine(ConnectedInbox inbox, string visitor) =>
        db.Set<StoredFile>().AsNoTracking().Where(f => f.WorkspaceId == inbox.Workspace
            && db.Set<VisitorUpload>().Any(u => u.FileId == f.Id && u.WorkspaceId == inbox.Workspace && u.InboxId == inbox.Id && u.VisitorId == visitor));

    private static string? VisitorOf(RawDelivery source)
    {
        try
        {
            using var body = JsonDocument.Parse(source.Body);
            return body.RootElement.TryGetProperty("visitorId", out var visitor) && visitor.ValueKind == JsonValueKind.String ? visitor.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
