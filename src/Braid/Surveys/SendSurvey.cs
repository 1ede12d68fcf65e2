using Braid.Accounts;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Surveys;

/// <summary>Sends the question with its link, on the channel the customer wrote from last. Once: the message is named after the survey.</summary>
internal sealed class SendSurvey(BraidDb db, SendMessage send, PublicAddress address, TimeProvider clock) : IJobHandler
{
    public const string KindName = "survey.send";

    public sealed record Payload(Id<Survey> SurveyId);

    public string Kind => KindName;

    public int Tries => 5;

    public static NewJob Of(Survey survey, DateTimeOffset at) => NewJob.Of(survey.WorkspaceId, KindName, new Payload(survey.Id)) with { UniqueKey = $"survey-{survey.Id.Value:n}", RunAt = at };

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().SurveyId;
        var survey = await db.Set<Survey>().FirstOrDefaultAsync(s => s.WorkspaceId == run.Workspace && s.Id == id, ct);
        if (survey is not { SentAt: null, Trouble: null }) { return; }
        var settings = await db.Set<SurveySettings>().AsNoTracking().FirstOrDefaultAsync(s => s.WorkspaceId == run.Workspace, ct);
        var status = await db.Set<Conversation>().Where(c => c.WorkspaceId == run.Workspace && c.Id == survey.ConversationId).Select(c => (ConversationStatus?)c.Status).FirstOrDefaultAsync(ct);
        if (settings is not { On: true } || status != ConversationStatus.Resolved)
        {
            // They went on talking, or nobody is asked any more: the next end of it may ask.
            db.Remove(survey);
            await db.SaveChangesAsync(ct);
            return;
        }

        try
        {
            await send.RunAsync(survey.ConversationId, new SendRequest { Text = $"{settings.Question}\n{address.Of(null, "/survey/" + survey.Token)}" }, $"survey-{survey.Id.Value:n}", Actor.System(run.Workspace), ct);
            survey.SentAt = clock.GetUtcNow();
        }
        catch (RefusalException refused) when (refused.Code != "idempotency_mismatch")
        {
            // The reply window is closed, the inbox is off.
            survey.Trouble = refused.Message;
        }
        catch (RefusalException)
        {
            // Sent before the question was reworded.
            survey.SentAt = clock.GetUtcNow();
        }

        await db.Set<Survey>().Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.SentAt, survey.SentAt).SetProperty(s => s.Trouble, survey.Trouble), ct);
    }
}
