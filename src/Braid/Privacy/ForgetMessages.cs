using Braid.Conversations;
using Braid.Delivery;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Braid.Privacy;

/// <summary>What hangs on messages that are to be forgotten: files, raw bodies, versions, reactions, sends. Within the transaction that forgets them.</summary>
internal sealed class ForgetMessages(BraidDb db, TimeProvider clock)
{
    /// <returns>What the store may forget: bytes that no file of anybody else names.</returns>
    public async Task<List<string>> FilesAsync(Id<Workspace> workspace, List<Id<Message>> messages, CancellationToken ct)
    {
        var attachments = db.Set<Attachment>().Where(a => a.WorkspaceId == workspace && messages.Contains(a.MessageId));
        var named = await attachments.Where(a => a.FileId != null).Select(a => a.FileId!.Value).Distinct().ToListAsync(ct);
        await attachments.ExecuteDeleteAsync(ct);
        var gone = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && named.Contains(f.Id) && !db.Set<Attachment>().Any(a => a.WorkspaceId == workspace && a.FileId == f.Id)).Select(f => new { f.Id, f.Hash }).ToListAsync(ct);
        var ids = gone.ConvertAll(f => f.Id);
        await db.Set<Realtime.LiveChat.VisitorUpload>().Where(u => u.WorkspaceId == workspace && ids.Contains(u.FileId)).ExecuteDeleteAsync(ct);
        await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && ids.Contains(f.Id)).ExecuteDeleteAsync(ct);
        return await UnnamedAsync(workspace, gone.ConvertAll(f => f.Hash), ct);
    }

    /// <summary>The raw bodies in which their messages came. Whoever else's news came in the same body was applied long ago.</summary>
    public async Task<List<string>> BodiesAsync(Id<Workspace> workspace, List<Id<Ingest.Delivery>> deliveries, List<Id<Message>> messages, CancellationToken ct)
    {
        var bodies = db.Set<DeliveryBody>().Where(b => b.WorkspaceId == workspace && deliveries.Contains(b.DeliveryId));
        var large = await bodies.Where(b => b.FileHash != null).Select(b => b.FileHash!).Distinct().ToListAsync(ct);
        await bodies.ExecuteDeleteAsync(ct);
        var now = clock.GetUtcNow();
        await db.Set<Ingest.Delivery>().Where(d => d.WorkspaceId == workspace && deliveries.Contains(d.Id) && d.BodyRemovedAt == null).ExecuteUpdateAsync(set => set.SetProperty(d => d.BodyRemovedAt, now), ct);
        var said = messages.ConvertAll(m => (Guid?)m.Value);
        await db.Set<DeliveryEvent>().Where(e => e.WorkspaceId == workspace && said.Contains(e.MessageId)).ExecuteUpdateAsync(set => set.SetProperty(e => e.ExternalId, (string?)null), ct);
        return await UnnamedAsync(workspace, large, ct);
    }

    /// <param name="handles">People whose reactions go wherever they are.</param>
    public async Task MarksAsync(Id<Workspace> workspace, List<Id<Message>> ids, List<string> handles, CancellationToken ct)
    {
        await db.Set<MessageVersion>().Where(v => v.WorkspaceId == workspace && ids.Contains(v.MessageId)).ExecuteDeleteAsync(ct);
        await db.Set<Reaction>().Where(r => r.WorkspaceId == workspace && (ids.Contains(r.MessageId) || handles.Contains(r.ActorId))).ExecuteDeleteAsync(ct);
        await db.Set<Send>().Where(s => s.WorkspaceId == workspace && ids.Contains(s.MessageId)).ExecuteDeleteAsync(ct);
        await db.Set<SentPart>().Where(p => p.WorkspaceId == workspace && ids.Contains(p.MessageId)).ExecuteDeleteAsync(ct);
    }

    public async Task<List<string>> UnnamedAsync(Id<Workspace> workspace, List<string> hashes, CancellationToken ct)
    {
        var files = await db.Set<StoredFile>().Where(f => f.WorkspaceId == workspace && hashes.Contains(f.Hash)).Select(f => f.Hash).ToListAsync(ct);
        var bodies = await db.Set<DeliveryBody>().Where(b => b.WorkspaceId == workspace && b.FileHash != null && hashes.Contains(b.FileHash)).Select(b => b.FileHash!).ToListAsync(ct);
        return [.. hashes.Except(files).Except(bodies).Distinct()];
    }
}
