using Braid.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Braid.Delivery;

/// <summary>Fetches what a customer sent from the provider, or out of the delivery itself, into the file store.</summary>
internal sealed class FetchMediaJob(
    BraidDb db, IInboxDirectory inboxes, IDeliveryBodies bodies, IHeldFiles held, IFileStore files, ProviderContexts contexts, JobQueue jobs, Transcriber transcriber,
    IOptions<FileLimits> limits, TimeProvider clock) : IJobHandler
{
    public const string KindName = "media.fetch";

    public sealed record Payload(Id<Attachment> AttachmentId);

    public string Kind => KindName;

    public int Tries => 8;

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().AttachmentId;
        var attachment = await db.Set<Attachment>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id && a.WorkspaceId == run.Workspace, ct);
        if (attachment is not { State: AttachmentState.Pending, MediaRef: { } reference })
        {
            return;
        }

        var message = await db.Set<Message>().AsNoTracking().FirstAsync(m => m.Id == attachment.MessageId && m.WorkspaceId == run.Workspace, ct);
        try
        {
            var (stored, isNew) = await FetchAsync(message, attachment, reference, ct);
            await SettleAsync(run, message, attachment, stored, isNew, null, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not JobLostException && (IsFinal(e) || run.Failures + 1 >= Tries))
        {
            await SettleAsync(run, message, attachment, null, false, e is MediaUnavailableException or FileTooLargeException ? e.Message : "The file could not be fetched.", ct);
        }
    }

    private static bool IsFinal(Exception e) => e is MediaUnavailableException { Permanent: true } or FileTooLargeException;

    private async Task<(StoredFile File, bool IsNew)> FetchAsync(Message message, Attachment attachment, string reference, CancellationToken ct)
    {
        var inbox = message.InboxId is { } id ? await inboxes.FindAsync(id, ct) : null;
        if (inbox is null || inbox.Workspace != message.WorkspaceId)
        {
            throw new MediaUnavailableException("The inbox was removed before the file was fetched.");
        }

        var source = message.DeliveryId is { } delivery ? await bodies.FindAsync(message.WorkspaceId, delivery, ct) : null;
        if (inbox.Channel.Descriptor.Ingress == Ingress.Hub)
        {
            // Nobody else holds it: it came into our own store before the message.
            return (await held.FindAsync(inbox, reference, source, ct) ?? throw new MediaUnavailableException("The file is not there any more."), false);
        }

        await using var media = await inbox.Channel.OpenMediaAsync(new(reference, source), inbox.Settings, contexts.Of(inbox), ct);
        if (media.Size > limits.Value.MediaBytes)
        {
            throw new FileTooLargeException(limits.Value.MediaBytes);
        }

        var content = await files.PutAsync(message.WorkspaceId, media.Stream, limits.Value.MediaBytes, ct);
        return (new()
        {
            WorkspaceId = message.WorkspaceId,
            Hash = content.Hash,
            Size = content.Size,
            Name = SafeNames.Of(attachment.Name ?? media.Name, attachment.Kind.ToString().ToLowerInvariant()),
            ContentType = SafeNames.ContentType(media.ContentType ?? attachment.ContentType),
            CreatedAt = clock.GetUtcNow(),
        }, true);
    }

    private Task SettleAsync(JobRun run, Message message, Attachment attachment, StoredFile? file, bool isNew, string? reason, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        if (file is not null && isNew) { db.Add(file); }
        await db.SaveChangesAsync(inner);
        var row = db.Set<Attachment>().Where(a => a.Id == attachment.Id && a.WorkspaceId == run.Workspace);
        await (file is null
            ? row.ExecuteUpdateAsync(set => set.SetProperty(a => a.State, AttachmentState.Failed).SetProperty(a => a.Reason, reason), inner)
            : row.ExecuteUpdateAsync(set => set.SetProperty(a => a.State, AttachmentState.Ready).SetProperty(a => a.FileId, file.Id).SetProperty(a => a.Size, file.Size)
                .SetProperty(a => a.Name, a => a.Name ?? file.Name).SetProperty(a => a.ContentType, file.ContentType), inner));
        if (file is not null && attachment.Kind == AttachmentKind.Audio && transcriber.Takes(file))
        {
            await jobs.EnqueueAsync(NewJob.Of(run.Workspace, TranscribeJob.KindName, new TranscribeJob.Payload(attachment.Id)) with { UniqueKey = attachment.Id.ToString() }, inner);
        }

        await run.FinishAsync(db, inner);
        var restricted = await db.Set<Conversation>().Where(c => c.Id == message.ConversationId).Select(c => c.RestrictedTo).FirstOrDefaultAsync(inner);
        db.Events.Add(new AttachmentSettled(run.Workspace, file is null ? "failed" : "ready")
        {
            ConversationId = message.ConversationId.Value, MessageId = message.Id.Value, InboxId = message.InboxId?.Value, RestrictedTo = restricted?.Value,
        });
    }, ct);
}
