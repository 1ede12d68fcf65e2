using Braid.Channels.Common;

namespace Braid.Channels.Line;

/// <summary>Of friends LINE tells the name, and of members of a group there; of those who blocked the account nothing (404).</summary>
internal sealed class LinePeople : IPeople<LineSettings>
{
    public Task<PersonAnswer> FindAsync(PersonQuestion question, LineSettings settings, ProviderContext context, CancellationToken ct) => PersonAnswers.FindAsync(async () =>
        PersonAnswers.Of(await new LineApi(settings, context).CallAsync(json => json.GetAsync(Path(question), ct), ct), said => PersonAnswers.Named(said.Text("displayName")) is PersonAnswer.Found found
            ? found with { Language = said.Text("language"), Picture = PersonAnswers.Picture(said.Text("pictureUrl")) }
            : null));

    private static string Path(PersonQuestion question)
    {
        var (person, thread) = (Uri.EscapeDataString(question.PersonId), question.ThreadId is { } id ? Uri.EscapeDataString(id) : "");
        return thread.Length == 0 || thread == person ? $"v2/bot/profile/{person}" : thread[0] switch
        {
            'C' => $"v2/bot/group/{thread}/member/{person}",
            'R' => $"v2/bot/room/{thread}/member/{person}",
            _ => $"v2/bot/profile/{person}",
        };
    }
}
