using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Conversations;

/// <summary>
/// What every command on a conversation shares: the door, the locks in the house's order, one activity and one event in the same
/// transaction, and another try when somebody else decided first. Saves the columns that were decided and no others: counters are the ingest's.
/// </summary>
internal sealed class ChangeConversation(BraidDb db, ConversationAccess access, TimeProvider clock)
{
    private const int Tries = 3;

    /// <summary>What was done, as the activity's and the event's word; its facts are flat and hold no names.</summary>
    public sealed record Done(string What, object? Facts = null);

    /// <param name="decide">Changes the conversation and says what was done; null when there was nothing to do. May run again.</param>
    public async Task RunAsync(Id<Conversation> id, Actor by, Permission permission, Func<Conversation, CancellationToken, Task<Done?>> decide, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.InTransactionAsync(inner => OnceAsync(id, by, permission, decide, inner), ct);
                return;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Tries && db.Database.CurrentTransaction is null)
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task OnceAsync(Id<Conversation> id, Actor by, Permission permission, Func<Conversation, CancellationToken, Task<Done?>> decide, CancellationToken ct)
    {
        var conversation = await access.RequireAsync(id, by, permission, ct);
        await db.LockAsync("customers", conversation.CustomerId.Value, ct);
        await db.LockAsync("conversations", id.Value, ct);
        await db.Entry(conversation).ReloadAsync(ct);
        if (await decide(conversation, ct) is not { } done)
        {
            return;
        }

        db.Add(Record(conversation, by, done));
        await db.SaveChangesAsync(ct);
        // Only now: a save that was refused is tried again and must not leave its event behind.
        db.Events.Add(new ConversationChanged(conversation, done.What));
    }

    private Activity Record(Conversation conversation, Actor by, Done done) => new()
    {
        WorkspaceId = conversation.WorkspaceId,
        ConversationId = conversation.Id,
        Kind = "conversation." + done.What,
        At = clock.GetUtcNow(),
        ActorKind = by.AgentId is null ? AuthorKind.System : AuthorKind.Agent,
        ActorId = by.AgentId?.Value,
        Data = done.Facts is null ? null : JsonSerializer.Serialize(done.Facts, JsonSerializerOptions.Web),
    };
}
