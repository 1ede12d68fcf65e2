using System.Net;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Testing;
using Braid.Tests.Inboxes;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Accounts;

public class AgentTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task People_join_by_a_link_that_works_once(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var invited = (await braid.Api.PostJsonAsync("/agents", new { email = "Ana@Braid.example", name = "Ana", role = "supervisor" })).Is(HttpStatusCode.OK);
        invited["agent"].GetProperty("state").GetString().ShouldBe("invited");
        invited["agent"].GetProperty("email").GetString().ShouldBe("ana@braid.example");
        (await braid.Api.PostJsonAsync("/agents", new { email = "ana@braid.example", name = "Ana", role = "agent" })).Refused(HttpStatusCode.Conflict, "conflict");
        var link = new Uri(invited.Text("inviteUrl"));
        link.AbsolutePath.ShouldStartWith("/app/invite/");
        var token = link.Segments[^1];
        (await braid.Browser().GetJsonAsync($"/invites/{token}")).Is(HttpStatusCode.OK).Text("email").ShouldBe("ana@braid.example");
        (await braid.Browser().GetJsonAsync("/invites/made-up")).Refused(HttpStatusCode.NotFound, "not_found");

        var ana = braid.Browser();
        (await ana.PostJsonAsync($"/invites/{token}", new { name = "Ana Berg", password = "a good password" })).Is(HttpStatusCode.OK)["me"].GetProperty("name").GetString().ShouldBe("Ana Berg");
        (await braid.Browser().PostJsonAsync($"/invites/{token}", new { name = "Eve", password = "a good password" })).Refused(HttpStatusCode.NotFound, "not_found");
        var agents = (await ana.GetJsonAsync("/agents")).Is(HttpStatusCode.OK)["items"].EnumerateArray().ToList();
        agents.Select(a => (a.GetProperty("name").GetString(), a.GetProperty("state").GetString(), a.GetProperty("online").GetBoolean()))
            .ShouldBe([("Owner", "active", false), ("Ana Berg", "active", true)], ignoreOrder: true);

        // A forgotten password: the same door, which also ends what was open.
        var again = (await braid.Api.PostJsonAsync($"/agents/{invited["agent"].GetProperty("id").GetString()}/invite")).Is(HttpStatusCode.OK);
        (await braid.Browser().PostJsonAsync($"/invites/{new Uri(again.Text("inviteUrl")).Segments[^1]}", new { password = "a newer password" })).Is(HttpStatusCode.OK);
        (await ana.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        await braid.SignedInAsync("ana@braid.example", "a newer password");
    }

    [Fact]
    public async Task Links_die_after_a_week()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var token = new Uri((await braid.Api.PostJsonAsync("/agents", new { email = "ana@braid.example", name = "Ana", role = "agent" })).Text("inviteUrl")).Segments[^1];
        var expires = await braid.WithDbAsync(db => db.Set<Agent>().Where(a => a.InviteHash != null).Select(a => a.InviteExpiresAt).SingleAsync());
        (expires!.Value - braid.Clock.GetUtcNow()).TotalDays.ShouldBe(7, 0.001);
        await braid.WithDbAsync(db => db.Set<Agent>().ExecuteUpdateAsync(a => a.SetProperty(x => x.InviteExpiresAt, braid.Clock.GetUtcNow())));
        (await braid.Browser().PostJsonAsync($"/invites/{token}", new { name = "Ana", password = "a good password" })).Refused(HttpStatusCode.NotFound, "not_found");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_last_owner_stays(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var owner = (await braid.Api.GetJsonAsync("/session"))["me"].GetProperty("id").GetString();
        (await braid.Api.PatchJsonAsync($"/agents/{owner}", new { role = "admin" })).Refused(HttpStatusCode.Conflict, "last_owner");
        (await braid.Api.PatchJsonAsync($"/agents/{owner}", new { disabled = true })).Refused(HttpStatusCode.Conflict, "conflict");
        var second = await braid.JoinAsync("owner", "second@braid.example");
        var secondId = (await second.GetJsonAsync("/session"))["me"].GetProperty("id").GetString();

        // Each removes the other at the same time: one owner must be left.
        var both = await Task.WhenAll(braid.Api.PatchJsonAsync($"/agents/{secondId}", new { role = "agent" }), second.PatchJsonAsync($"/agents/{owner}", new { role = "agent" }));
        both.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1, string.Join('\n', both.Select(a => a.Raw)));
        (await braid.WithDbAsync(db => db.Set<Agent>().CountAsync(a => a.Role == Role.Owner))).ShouldBe(1);
    }

    public static TheoryData<string, string, string, int[]> Matrix => new()
    {
        // method, path, body; owner, admin, supervisor, agent
        { "GET", "/agents", "", [200, 200, 200, 200] },
        { "GET", "/channels", "", [200, 200, 200, 200] },
        { "GET", "/inboxes", "", [200, 200, 200, 200] },
        { "POST", "/agents", """{"email":"x-{role}@braid.example","name":"X","role":"agent"}""", [200, 200, 403, 403] },
        { "POST", "/agents", """{"email":"y-{role}@braid.example","name":"Y","role":"owner"}""", [200, 403, 403, 403] },
        { "PATCH", "/agents/{owner}", """{"name":"Z"}""", [200, 403, 403, 403] },
        { "POST", "/agents/{owner}/invite", "{}", [200, 403, 403, 403] },
        { "GET", "/tokens", "", [200, 200, 403, 403] },
        { "POST", "/tokens", """{"name":"T"}""", [200, 200, 403, 403] },
        { "DELETE", "/tokens/{token}", "", [204, 403, 403, 403] },
        { "POST", "/inboxes", """{"channel":"test","name":"I","settings":{"token":"t"}}""", [201, 201, 403, 403] },
        { "PATCH", "/inboxes/{inbox}", """{"name":"J"}""", [200, 200, 403, 403] },
        { "POST", "/inboxes/{inbox}/check", "{}", [200, 200, 403, 403] },
        { "POST", "/inboxes/{inbox}/connect", "{}", [200, 200, 403, 403] },
        { "GET", "/inboxes/{inbox}/log", "", [200, 200, 403, 403] },
        { "GET", "/inboxes/{inbox}", "", [200, 200, 200, 200] },
        { "GET", "/inboxes/{inbox}/templates", "", [200, 200, 200, 200] },
        { "DELETE", "/inboxes/{inbox}", "", [204, 204, 403, 403] },
    };

    [Fact]
    public async Task Each_role_may_what_the_matrix_says_and_strangers_find_nothing()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        string[] roles = ["owner", "admin", "supervisor", "agent"];
        var people = new List<HttpClient>();
        foreach (var role in roles)
        {
            people.Add(await braid.JoinAsync(role, $"{role}@people.example"));
        }

        var stranger = await StrangerAsync(braid);
        foreach (var (method, path, body, expected) in Matrix.Select(row => row.Data))
        {
            for (var i = 0; i < roles.Length; i++)
            {
                var target = await FillAsync(braid, path);
                var answer = await SendAsync(people[i], method, target, body.Replace("{role}", roles[i]));
                ((int)answer.Status).ShouldBe(expected[i], $"{method} {path} as {roles[i]}: {answer.Raw}");
                if (expected[i] == 403)
                {
                    answer.Refused(HttpStatusCode.Forbidden, "forbidden").Text("detail").ShouldContain("Ask an owner");
                }

                (await SendAsync(braid.Browser(), method, target, body)).Refused(HttpStatusCode.Unauthorized, "signed_out");
                if (path.Contains('{'))
                {
                    (await SendAsync(stranger, method, target, body)).Refused(HttpStatusCode.NotFound, "not_found");
                }
            }
        }

        (await stranger.GetJsonAsync("/agents"))["items"].GetArrayLength().ShouldBe(1);
        (await stranger.GetJsonAsync("/inboxes"))["items"].GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task One_person_in_two_workspaces_names_the_one_they_mean()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var other = new Workspace { Name = "Other" };
        var user = await braid.WithDbAsync(db => db.Set<User>().SingleAsync());
        await braid.WithDbAsync(db =>
        {
            db.Add(other);
            db.Add(new Agent { WorkspaceId = other.Id, UserId = user.Id, Email = user.Email, Name = "There", Role = Role.Agent, State = AgentState.Active, CreatedAt = braid.Clock.GetUtcNow().AddDays(1) });
            return db.SaveChangesAsync();
        });
        var browser = await braid.SignedInAsync();
        (await browser.GetJsonAsync("/session"))["workspaces"].GetArrayLength().ShouldBe(2);
        (await browser.GetJsonAsync("/session"))["me"].GetProperty("role").GetString().ShouldBe("owner");
        var there = (await browser.CallAsync(HttpMethod.Get, "/session", null, ("Braid-Workspace", other.Id.ToString()))).Is(HttpStatusCode.OK);
        there["me"].GetProperty("role").GetString().ShouldBe("agent");
        there["permissions"].EnumerateArray().Select(p => p.GetString()).ShouldNotContain("inboxes.manage");
        (await browser.CallAsync(HttpMethod.Get, "/session", null, ("Braid-Workspace", Guid.NewGuid().ToString()))).Refused(HttpStatusCode.Forbidden, "forbidden");
        // Nobody's password is reset through one of several workspaces.
        var id = (await browser.GetJsonAsync("/session"))["me"].GetProperty("id").GetString();
        (await braid.Api.PostJsonAsync($"/agents/{id}/invite")).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Tokens_show_their_secret_once_and_end_at_once()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var made = (await braid.Api.PostJsonAsync("/tokens", new { name = "CI" })).Is(HttpStatusCode.OK);
        var ci = braid.Client(made.Text("secret"));
        (await ci.GetJsonAsync("/agents")).Is(HttpStatusCode.OK);
        var list = (await braid.Api.GetJsonAsync("/tokens")).Is(HttpStatusCode.OK);
        list.Raw.ShouldNotContain(made.Text("secret"));
        list["items"].EnumerateArray().Single(t => t.GetProperty("name").GetString() == "CI").GetProperty("lastUsedAt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        (await braid.Api.DeleteJsonAsync($"/tokens/{made.Text("id")}")).Is(HttpStatusCode.NoContent);
        (await ci.GetJsonAsync("/agents")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        var actions = await braid.WithDbAsync(db => db.Set<AuditEntry>().Select(a => a.Action).ToListAsync());
        actions.ShouldContain("token.created");
        actions.ShouldContain("token.ended");
    }

    private static async Task<HttpClient> StrangerAsync(TestBraid braid)
    {
        var workspace = new Workspace { Name = "Strangers" };
        var agent = new Agent { WorkspaceId = workspace.Id, Email = "eve@strangers.example", Name = "Eve", Role = Role.Owner, State = AgentState.Active };
        await braid.WithDbAsync(db =>
        {
            db.AddRange(workspace, agent, new ApiToken { WorkspaceId = workspace.Id, AgentId = agent.Id, Name = "E", SecretHash = Braid.Platform.Secrets.RandomSecret.Hash("stranger") });
            return db.SaveChangesAsync();
        });
        return braid.Client("stranger");
    }

    private static async Task<string> FillAsync(TestBraid braid, string path)
    {
        if (path.Contains("{inbox}", StringComparison.Ordinal))
        {
            return path.Replace("{inbox}", (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "I", settings = new { token = "t" } })).Text("id"));
        }

        if (path.Contains("{token}", StringComparison.Ordinal))
        {
            return path.Replace("{token}", (await braid.Api.PostJsonAsync("/tokens", new { name = "T" })).Text("id"));
        }

        return path.Replace("{owner}", (await braid.Api.GetJsonAsync("/session"))["me"].GetProperty("id").GetString());
    }

    private static async Task<Answer> SendAsync(HttpClient client, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path) { Content = body.Length == 0 ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
