using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Conversations;

/// <summary>Puts a conversation away until an instant; the customer's next message or <see cref="WakeSnoozed"/> brings it back.</summary>
internal sealed class SnoozeConversation(ChangeConversation change, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public sealed record Request(DateTimeOffset Until);

    public async Task RunAsync(Id<Conversation> id, Request request, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (request.Until <= now || request.Until > now + Longest)
        {
            throw RefusalException.Invalid("Choose a time that is still to come, within a year.", new Dictionary<string, string> { ["until"] = "In the future, within a year." });
        }

        await change.RunAsync(id, by, Permission.Reply, (conversation, _) =>
        {
            if (conversation.Status == ConversationStatus.Resolved)
            {
                throw new RefusalException("conversation_resolved", "This conversation is resolved. Reopen it before snoozing it.");
            }

            conversation.Snooze(request.Until.ToUniversalTime());
            return Task.FromResult<ChangeConversation.Done?>(new("snoozed", new { until = conversation.SnoozedUntil }));
        }, ct);
    }
}
