using Braid.Accounts;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>An agent knows what we don't: did the message arrive? If not, it is sent again.</summary>
internal sealed class ConfirmMessage(BraidDb db, ConversationAccess access, Requeue requeue, TimeProvider clock)
{
    public sealed record Request(bool Arrived);

    public async Task<Message> RunAsync(Id<Message> id, Request request, Actor by, CancellationToken ct)
    {
        await access.RequireMessageAsync(id, by, Permission.Reply, ct);
        await db.InTransactionAsync(async inner =>
        {
            var message = await requeue.LockAsync(id, by, inner);
            if (message.Status != SendStatus.Unconfirmed)
            {
                throw new RefusalException("not_unconfirmed", "It is settled already whether this message arrived.");
            }

            if (!request.Arrived)
            {
                await requeue.RunAsync(message, inner);
                return;
            }

            await db.Set<Send>().Where(s => s.MessageId == id && s.State == SendState.Unconfirmed).ExecuteDeleteAsync(inner);
            (message.Status, message.StatusAt, message.StatusReason) = (SendStatus.Sent, clock.GetUtcNow(), null);
            await requeue.SayAsync(message, inner);
        }, ct);
        return await access.RequireMessageAsync(id, by, Permission.Reply, ct);
    }
}
