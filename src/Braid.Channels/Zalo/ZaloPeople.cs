using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Zalo;

/// <summary>Zalo tells the name of who follows or wrote to the account; a refusal comes as a 200 with an error in it.</summary>
internal sealed class ZaloPeople : IPeople<ZaloSettings>
{
    public Task<PersonAnswer> FindAsync(PersonQuestion question, ZaloSettings settings, ProviderContext context, CancellationToken ct) => PersonAnswers.FindAsync(async () =>
    {
        var data = Uri.EscapeDataString(new JsonObject { ["user_id"] = question.PersonId }.ToJsonString());
        var answer = await new ZaloApi(settings, context).CallAsync(json => json.GetAsync($"v3.0/oa/user/detail?data={data}", ct), ct);
        return PersonAnswers.Of(answer, said => said.Number("error") is null or 0 && PersonAnswers.Named(said.Get("data").Text("display_name")) is PersonAnswer.Found found
            ? found with { Picture = PersonAnswers.Picture(said.Get("data").Text("avatar")) }
            : null);
    });
}
