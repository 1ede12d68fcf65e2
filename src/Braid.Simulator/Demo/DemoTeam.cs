using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>The colleagues of the fictional company: invited, accepted and signed in, so that answers bear their own names.</summary>
internal sealed class DemoTeam(BraidApi owner)
{
    private const string Password = "kettle-on-the-hob-1874";
    private readonly Dictionary<string, (string Id, BraidApi Api)> members = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Ids => [.. members.Values.Select(m => m.Id)];
    public IReadOnlyList<string> Keys => [.. members.Keys];

    public string Id(string key) => members[key].Id;

    public BraidApi Api(string key) => members[key].Api;

    public async Task GatherAsync(CancellationToken ct)
    {
        var known = (await owner.GetAsync("/agents?limit=100", ct)).Objects("items").ToList();
        foreach (var (key, name, email, role) in DemoCast.Team)
        {
            var agent = known.Find(a => a.Text("email") == email);
            string? cookie;
            if (agent is null)
            {
                var invited = await owner.PostAsync("/agents", new JsonObject { ["email"] = email, ["name"] = name, ["role"] = role }, ct);
                agent = invited["agent"]!.AsObject();
                var invitation = invited.Text("inviteUrl")!.TrimEnd('/').Split('/')[^1];
                cookie = await owner.SignInAsync($"/invites/{invitation}", new JsonObject { ["name"] = name, ["password"] = Password }, ct);
            }
            else
            {
                cookie = await owner.SignInAsync("/session", new JsonObject { ["email"] = email, ["password"] = Password }, ct);
            }

            // Without a session of their own they speak with the owner's voice; the demo goes on.
            members[key] = (agent.Text("id")!, cookie is null ? owner : owner.As(cookie));
        }
    }
}
