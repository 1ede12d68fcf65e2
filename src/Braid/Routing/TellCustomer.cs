using System.Globalization;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Routing;

/// <summary>Says the configured words to a customer who waits: that nobody is there, or which place in line is theirs. Once per cause.</summary>
internal sealed class TellCustomer(BraidDb db, ReadPlans plans, ReadQueues queues, SendMessage send) : IJobHandler
{
    public const string KindName = "routing.tell";

    /// <param name="What">nobody or place.</param>
    public sealed record Payload(Id<Conversation> ConversationId, string What, string Mark);

    public string Kind => KindName;

    public int Tries => 3;

    public static NewJob Of(Id<Workspace> workspace, Id<Conversation> conversation, string what, DateTimeOffset since) =>
        Marked(workspace, conversation, what, $"routing-{what}-{conversation.Value:n}-{since.ToUnixTimeMilliseconds()}");

    private static NewJob Marked(Id<Workspace> workspace, Id<Conversation> conversation, string what, string mark) => NewJob.Of(workspace, KindName, new Payload(conversation, what, mark)) with { UniqueKey = mark };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var (id, what, mark) = run.Read<Payload>();
        var plan = await plans.LiveAsync(run.Workspace, ct);
        if (plan is null || await db.Set<QueueEntry>().AsNoTracking().FirstOrDefaultAsync(q => q.WorkspaceId == run.Workspace && q.ConversationId == id, ct) is not { } entry) { return; }
        // Told already, perhaps with another number.
        if (await db.Set<Message>().AnyAsync(m => m.WorkspaceId == run.Workspace && m.ClientId == mark, ct)) { return; }
        string? text = null;
        if (what == "nobody") { text = plan.NobodyThere; }
        else if (await queues.PlaceOfAsync(entry, ct) is var (place, minutes))
        {
            text = plan.PlaceAnswer.Replace("{place}", place.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{minutes}", minutes?.ToString(CultureInfo.InvariantCulture) ?? "?", StringComparison.Ordinal);
        }

        if (text is null) { return; }
        try
        {
            await send.RunAsync(id, new SendRequest { Text = text }, mark, Actor.System(run.Workspace), ct);
        }
        catch (RefusalException refused)
        {
            // The reply window is closed, the inbox is off: an agent will see the conversation all the same.
            throw new JobIsDeadException(refused.Message, refused);
        }
    }
}
