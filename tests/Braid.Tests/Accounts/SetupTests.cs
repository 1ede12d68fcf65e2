using System.Net;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Accounts;

public class SetupTests
{
    private static readonly (string, string)[] NoBootstrap = [("Braid:Bootstrap:Email", "")];

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_first_visitor_with_the_code_becomes_the_owner(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: NoBootstrap);
        var browser = braid.Browser();
        (await browser.GetJsonAsync("/setup")).Is(HttpStatusCode.OK).Raw.ShouldBe("""{"needed":true,"demo":false}""");
        (await browser.PostJsonAsync("/setup", Body("AAAA-AAAA"))).Refused(HttpStatusCode.UnprocessableEntity, "wrong_code");
        var code = braid.Services.GetRequiredService<SetupCode>().Code;
        (await browser.PostJsonAsync("/setup", Body(code) with { Email = "no address" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("email", out _).ShouldBeTrue();
        (await browser.PostJsonAsync("/setup", Body(code) with { Password = "short" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].TryGetProperty("password", out _).ShouldBeTrue();
        var session = (await browser.PostJsonAsync("/setup", Body(code.ToLowerInvariant()))).Is(HttpStatusCode.OK);
        session["workspace"].GetProperty("name").GetString().ShouldBe("Nordlicht");
        (await browser.GetJsonAsync("/session")).Is(HttpStatusCode.OK)["me"].GetProperty("role").GetString().ShouldBe("owner");
        (await browser.GetJsonAsync("/setup"))["needed"].GetBoolean().ShouldBeFalse();
        (await braid.Browser().PostJsonAsync("/setup", Body(code))).Refused(HttpStatusCode.Conflict, "conflict");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Of_many_who_set_up_or_start_at_once_one_wins(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: NoBootstrap);
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            await using var scope = braid.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<FirstOwner>().MakeAsync(new("W", "N", $"p{i}@braid.example", "a good password"), default);
        }));
        made.Count(u => u is not null).ShouldBe(1);
        (await braid.WithDbAsync(db => db.Set<Workspace>().CountAsync())).ShouldBe(1);
        (await braid.WithDbAsync(db => db.Set<User>().CountAsync())).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Bootstrap_runs_once_and_two_nodes_agree(string engine)
    {
        await using var one = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var two = await TestBraid.StartAsync(Engines.Parse(engine), one.ConnectionString);
        await Bootstrap.RunAsync(one.Services, default);
        (await one.WithDbAsync(db => db.Set<Agent>().CountAsync())).ShouldBe(1);
        (await two.Api.GetJsonAsync("/session")).Is(HttpStatusCode.OK)["me"].GetProperty("email").GetString().ShouldBe(TestBraid.OwnerEmail);
        (await two.Browser().GetJsonAsync("/setup"))["needed"].GetBoolean().ShouldBeFalse();
    }

    private static SetupBody Body(string code) => new(code, "Nordlicht", "Ana", "ana@braid.example", "a good password");

    private sealed record SetupBody(string Code, string WorkspaceName, string Name, string Email, string Password);
}
