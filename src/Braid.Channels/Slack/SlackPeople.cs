using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>The name people chose to be shown by, else their real one; with their time zone and language.</summary>
internal sealed class SlackPeople : IPeople<SlackSettings>
{
    public Task<PersonAnswer> FindAsync(PersonQuestion question, SlackSettings settings, ProviderContext context, CancellationToken ct) => PersonAnswers.FindAsync(async () =>
    {
        var token = await SlackTokens.GetAsync(settings, context, ct);
        var answer = await new SlackApi(settings, context, token.Value).GetAsync("users.info", [("user", question.PersonId), ("include_locale", "true")], ct);
        return SlackApi.ErrorOf(answer) == "ratelimited" ? new PersonAnswer.NotNow("Slack's limit of calls is reached") : PersonAnswers.Of(answer, said =>
        {
            var user = said.Get("user");
            var name = user.Get("profile").Text("display_name") is { Length: > 0 } shown ? shown : user.Get("profile").Text("real_name");
            return said.Flag("ok") && PersonAnswers.Named(name) is PersonAnswer.Found found ? found with { TimeZone = user.Text("tz"), Language = user.Text("locale"), Picture = PersonAnswers.Picture(user.Get("profile").Text("image_192")) } : null;
        });
    });
}
