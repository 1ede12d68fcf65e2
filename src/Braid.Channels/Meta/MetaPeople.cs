using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>Meta tells the name of who wrote first; not of those who blocked the account, and on pages only with the permission for it.</summary>
internal sealed class MetaPeople(Func<IMetaAccount, ProviderContext, CancellationToken, Task<GraphAccess>> access) : IPeople<IMetaAccount>
{
    public Task<PersonAnswer> FindAsync(PersonQuestion question, IMetaAccount settings, ProviderContext context, CancellationToken ct) => PersonAnswers.FindAsync(async () =>
    {
        var fields = settings.Dialect.Object == "instagram" ? "name,username,profile_pic" : "first_name,last_name,name,profile_pic";
        var api = new GraphApi(await access(settings, context, ct), context.Http, context.Clock);
        return PersonAnswers.Of(await api.GetAsync($"{Uri.EscapeDataString(question.PersonId)}?fields={fields}", ct), said => PersonAnswers.Named(
            said.Text("name") ?? (said.Text("first_name") is { } first ? $"{first} {said.Text("last_name")}" : said.Text("username"))) is PersonAnswer.Found found
                ? found with { Picture = PersonAnswers.Picture(said.Text("profile_pic")) }
                : null);
    });
}
