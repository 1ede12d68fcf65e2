using System.Net;
using System.Text;
using Braid.Accounts;
using Braid.Platform.Http;
using Braid.Testing;
using Braid.Tests.House;
using Braid.Tests.Inboxes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Platform.Http;

public class HttpTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_repeated_call_gets_the_first_answer(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        var body = new { channel = "test", name = "Once", settings = new { token = "t" } };
        var first = (await braid.Api.PostJsonAsync("/inboxes", body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        var second = (await braid.Api.PostJsonAsync("/inboxes", body, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        second.Raw.ShouldBe(first.Raw);
        second.Headers["Idempotent-Replay"].ShouldBe("true");
        (await braid.Api.PostJsonAsync("/inboxes", body with { name = "Other" }, ("Idempotency-Key", "k1"))).Refused(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await braid.Api.PostJsonAsync("/inboxes", body, ("Idempotency-Key", "k2"))).Is(HttpStatusCode.Created).Text("id").ShouldNotBe(first.Text("id"));

        // A refusal changed nothing and is not kept.
        (await braid.Api.PostJsonAsync("/inboxes", body with { channel = "pigeon" }, ("Idempotency-Key", "k3"))).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PostJsonAsync("/inboxes", body, ("Idempotency-Key", "k3"))).Is(HttpStatusCode.Created);

        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => braid.Api.PostJsonAsync("/inboxes", body, ("Idempotency-Key", "k4"))));
        many.ShouldAllBe(a => a.Status == HttpStatusCode.Created || a.Refused(HttpStatusCode.Conflict, "in_progress") != null);
        many.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Text("id")).Distinct().Count().ShouldBe(1);
        (await braid.Api.GetJsonAsync("/inboxes"))["items"].GetArrayLength().ShouldBe(4);

        var old = braid.Clock.GetUtcNow().AddHours(-25);
        await braid.WithDbAsync(db => db.Set<IdempotentAnswer>().ExecuteUpdateAsync(a => a.SetProperty(x => x.CreatedAt, old)));
        (await braid.Api.PostJsonAsync("/inboxes", body with { name = "Next day" }, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        using var scope = braid.Services.CreateScope();
        await ActivatorUtilities.CreateInstance<ForgetOldAnswers>(scope.ServiceProvider).RunAsync(default);
        (await braid.WithDbAsync(db => db.Set<IdempotentAnswer>().CountAsync())).ShouldBe(1);
    }

    [Fact]
    public async Task Wrong_requests_get_problems_that_name_the_field()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        (await RawAsync(braid, "{ not json")).Refused(HttpStatusCode.BadRequest, "bad_request");
        (await RawAsync(braid, "{\"email\":\"a@b.example\",\"name\":\"A\",\"role\":\"king\"}")).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("role", out _).ShouldBeTrue();
        (await RawAsync(braid, "{\"email\":\"a@b.example\",\"role\":\"agent\"}")).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("name", out _).ShouldBeTrue();
        (await RawAsync(braid, "{\"email\":\"a@b.example\",\"name\":7,\"role\":\"agent\"}")).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("name", out _).ShouldBeTrue();
        (await RawAsync(braid, "name=A", "application/x-www-form-urlencoded")).Refused(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        (await braid.Api.GetJsonAsync("/nothing/here")).Refused(HttpStatusCode.NotFound, "not_found");
        (await braid.Browser().GetJsonAsync("/nothing/here")).Refused(HttpStatusCode.NotFound, "not_found");
        (await braid.Api.GetJsonAsync("/inboxes/not-an-id")).Refused(HttpStatusCode.BadRequest, "bad_request");
        (await braid.Api.GetJsonAsync("/agents?cursor=garbage!")).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.GetJsonAsync("/agents?limit=100000")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unexpected_errors_say_nothing_but_a_trace_id()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        braid.App.MapGet("/api/v1/boom", () => { throw new InvalidOperationException("secret detail"); });
        var answer = (await braid.Api.GetJsonAsync("/boom")).Refused(HttpStatusCode.InternalServerError, "internal");
        answer.Raw.ShouldNotContain("secret detail");
        answer.Raw.ShouldNotContain("InvalidOperation");
        answer.Text("traceId").ShouldNotBeNullOrEmpty();
        answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_503_and_comes_back()
    {
        Assert.SkipUnless(TestBraid.Has(TestEngine.Postgres), "PostgreSQL is not installed");
        await using var server = await PostgresServer.StartAsync();
        var name = await server.CreateDatabaseAsync();
        await using var braid = await TestBraid.StartAsync(TestEngine.Postgres, server.ConnectionString(name));
        (await ReadyAsync(braid)).Is(HttpStatusCode.OK);
        await server.StopAsync();
        var away = (await braid.Api.GetJsonAsync("/agents")).Refused(HttpStatusCode.ServiceUnavailable, "database_unavailable");
        away.Headers["Retry-After"].ShouldBe("2");
        (await ReadyAsync(braid)).Is(HttpStatusCode.ServiceUnavailable).Text("database").ShouldBe("down");
        using (var live = await braid.Api.GetAsync("/health/live")) { live.StatusCode.ShouldBe(HttpStatusCode.OK); }
        await server.StartAgainAsync();
        (await braid.Api.GetJsonAsync("/agents")).Is(HttpStatusCode.OK);
        (await ReadyAsync(braid)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Pages_are_served_with_strict_headers_and_the_api_describes_itself()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        using var plain = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = braid.Address };
        using var root = await plain.GetAsync("/");
        root.Headers.Location!.ToString().ShouldBe("/app/");
        using var page = await plain.GetAsync("/app/conversations/42");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        using var widget = await plain.GetAsync("/widget/nothing.js");
        widget.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        widget.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("frame-ancestors");
        using var missing = await plain.GetAsync("/app/missing.js");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var openApi = System.Text.Json.JsonDocument.Parse(await plain.GetStringAsync("/openapi/v1.json")).RootElement;
        openApi.GetProperty("paths").TryGetProperty("/api/v1/inboxes/{id}", out var path).ShouldBeTrue();
        path.GetProperty("get").GetProperty("parameters")[0].GetProperty("schema").GetProperty("type").GetString().ShouldBe("string");
    }

    [Fact]
    public async Task The_committed_description_of_the_api_is_what_the_server_says()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        using var plain = new HttpClient { BaseAddress = braid.Address };
        var served = System.Text.Json.Nodes.JsonNode.Parse(await plain.GetStringAsync("/openapi/v1.json"))!.AsObject();
        served.Remove("servers");
        var committed = System.Text.Json.Nodes.JsonNode.Parse(Repository.Read("src/Braid/openapi/v1.json"))!.AsObject();
        System.Text.Json.Nodes.JsonNode.DeepEquals(served, committed).ShouldBeTrue("Build src/Braid, then run `npm run api -w web/workspace` and commit both files.");

        // Ids and closed lists are told apart from any text, and what may be missing from what is always there.
        var schemas = committed["components"]!["schemas"]!;
        schemas["InboxView"]!["properties"]!["memberIds"]!["items"]!["format"]!.GetValue<string>().ShouldBe("uuid");
        schemas["ConversationItemView"]!["required"]!.AsArray().Select(n => n!.GetValue<string>()).ShouldContain("assignee");
        schemas["SendRequest"]!.AsObject().ContainsKey("required").ShouldBeFalse();
        schemas["SendStatus"]!["enum"]!.AsArray().ShouldAllBe(n => n != null);
        schemas["Permission"]!["enum"]!.AsArray().Select(n => n!.GetValue<string>()).ShouldContain("deliveries.bodies");
        schemas["MeView"]!["properties"]!["theme"]!["enum"]!.AsArray().Count.ShouldBe(3);
        schemas.AsObject().Select(s => s.Key).ShouldNotContain("Request", "each slice's request has a name of its own");
    }

    private static async Task<Answer> ReadyAsync(TestBraid braid)
    {
        using var response = await braid.Api.GetAsync("/health/ready");
        return await Answer.ReadAsync(response);
    }

    private static async Task<Answer> RawAsync(TestBraid braid, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await braid.Api.PostAsync("/api/v1/agents", content);
        return await Answer.ReadAsync(response);
    }
}
