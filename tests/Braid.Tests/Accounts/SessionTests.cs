using System.Net;
using Braid.Accounts;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Hosting;

namespace Braid.Tests.Accounts;

public class SessionTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_person_signs_in_and_out(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var browser = braid.Browser();
        (await browser.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        (await browser.PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = "wrong" })).Refused(HttpStatusCode.Unauthorized, "wrong_credentials");
        var signed = (await browser.PostJsonAsync("/session", new { email = "  OWNER@braid.example ", password = TestBraid.OwnerPassword })).Is(HttpStatusCode.OK);
        signed.Headers["Set-Cookie"].ShouldStartWith("braid_session=");
        signed.Headers["Set-Cookie"].ShouldContain("httponly");
        signed.Headers["Set-Cookie"].ShouldContain("samesite=lax");
        var session = (await browser.GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        session["me"].GetProperty("role").GetString().ShouldBe("owner");
        session["me"].GetProperty("theme").GetString().ShouldBe("system");
        session["permissions"].EnumerateArray().Select(p => p.GetString()).ShouldContain("workspace.manage");
        session["workspaces"].GetArrayLength().ShouldBe(1);
        session["demo"].GetBoolean().ShouldBeFalse();

        (await browser.DeleteJsonAsync("/session")).Is(HttpStatusCode.NoContent);
        (await browser.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        (await braid.WithDbAsync(db => db.Set<Session>().CountAsync())).ShouldBe(0);
        (await braid.Client("braid_wrong").GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
    }

    [Fact]
    public async Task A_stolen_copy_of_the_cookie_is_dead_after_thirty_days_without_use()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var cookie = (await braid.Browser().PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword })).Headers["Set-Cookie"].Split(';')[0];
        var thief = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = braid.Address };
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        thief.DefaultRequestHeaders.Add("X-Requested-With", "Braid");
        (await thief.GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        // Used a day before its end, a session lives on for another 30 days; unused it ends. (Rows are moved back, not the clock forth.)
        await AgeAsync(braid, TimeSpan.FromDays(29));
        (await thief.GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        (await braid.WithDbAsync(db => db.Set<Session>().Select(s => s.ExpiresAt).SingleAsync())).ShouldBeGreaterThan(braid.Clock.GetUtcNow().AddDays(29));
        await AgeAsync(braid, TimeSpan.FromDays(31));
        (await thief.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
    }

    [Fact]
    public async Task Ten_wrong_passwords_make_everyone_wait_known_or_not_and_then_it_passes()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        foreach (var email in new[] { TestBraid.OwnerEmail, "nobody@braid.example" })
        {
            for (var i = 0; i < 10; i++)
            {
                (await From(braid, $"203.0.113.{i}").PostJsonAsync("/session", new { email, password = "guess" })).Refused(HttpStatusCode.Unauthorized, "wrong_credentials");
            }

            var wait = (await From(braid, "203.0.113.99").PostJsonAsync("/session", new { email, password = TestBraid.OwnerPassword })).Refused(HttpStatusCode.TooManyRequests, "too_many_attempts");
            wait.Headers["Retry-After"].ShouldBe("900");
        }

        // One address that tries many accounts is stopped too.
        for (var i = 0; i < 10; i++)
        {
            (await From(braid, "198.51.100.1").PostJsonAsync("/session", new { email = $"p{i}@braid.example", password = "guess" })).Refused(HttpStatusCode.Unauthorized, "wrong_credentials");
        }

        (await From(braid, "198.51.100.1").PostJsonAsync("/session", new { email = "new@braid.example", password = "guess" })).Refused(HttpStatusCode.TooManyRequests, "too_many_attempts");
        braid.Clock.Advance(SignInThrottle.Window);
        (await From(braid, "198.51.100.1").PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword })).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nodes_count_wrong_passwords_together_and_a_right_one_writes_nothing(string engine)
    {
        await using var here = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var there = await TestBraid.StartAsync(Engines.Parse(engine), here.ConnectionString, here.Folder, here.Clock);
        (await From(here, "203.0.113.1").PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword })).Is(HttpStatusCode.OK);
        (await here.WithDbAsync(db => db.Set<SignInFailure>().CountAsync())).ShouldBe(0);
        for (var i = 0; i < SignInThrottle.Allowed; i++)
        {
            (await From(i % 2 == 0 ? here : there, $"203.0.113.{i}").PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = "guess" })).Refused(HttpStatusCode.Unauthorized, "wrong_credentials");
        }

        foreach (var node in new[] { here, there })
        {
            (await From(node, "203.0.113.99").PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword })).Refused(HttpStatusCode.TooManyRequests, "too_many_attempts");
        }

        (await here.WithDbAsync(db => db.Set<SignInFailure>().Where(f => f.KeyHash.Contains(TestBraid.OwnerEmail)).CountAsync())).ShouldBe(0, "nobody is named");
        here.Clock.Advance(SignInThrottle.Window);
        await here.Services.GetRequiredService<ForgetFailures>().RunAsync(CancellationToken.None);
        (await here.WithDbAsync(db => db.Set<SignInFailure>().CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_cookie_alone_changes_nothing()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var elsewhere = braid.Browser(ours: false);
        (await elsewhere.PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword })).Is(HttpStatusCode.OK);
        (await elsewhere.GetJsonAsync("/agents")).Is(HttpStatusCode.OK);
        (await elsewhere.PatchJsonAsync("/me", new { name = "Evil" })).Refused(HttpStatusCode.Forbidden, "csrf");
        (await elsewhere.PostJsonAsync("/tokens", new { name = "Evil" })).Refused(HttpStatusCode.Forbidden, "csrf");
        (await elsewhere.DeleteJsonAsync("/session")).Refused(HttpStatusCode.Forbidden, "csrf");
        (await elsewhere.PostJsonAsync("/tokens", new { name = "Mine" }, ("X-Requested-With", "Braid"))).Is(HttpStatusCode.OK);
        (await braid.Api.PatchJsonAsync("/me", new { name = "Olga" })).Is(HttpStatusCode.OK).Text("name").ShouldBe("Olga");
    }

    [Fact]
    public async Task Me_keeps_looks_and_a_new_password_ends_other_sessions()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var (here, there) = (await braid.SignedInAsync(), await braid.SignedInAsync());
        var me = (await here.PatchJsonAsync("/me", new { name = "Olga", theme = "dark", density = "dense", locale = "de", singleKeys = false })).Is(HttpStatusCode.OK);
        (me.Text("theme"), me.Text("density"), me.Text("locale"), me["singleKeys"].GetBoolean()).ShouldBe(("dark", "dense", "de", false));
        (await here.PatchJsonAsync("/me", new { theme = "pink", locale = "<script>" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid")["errors"].EnumerateObject().Select(e => e.Name).Order().ShouldBe(["locale", "theme"]);
        (await here.PatchJsonAsync("/me", new { password = new { current = "wrong", next = "another good one" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await here.PatchJsonAsync("/me", new { password = new { current = TestBraid.OwnerPassword, next = "short" } })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await here.PatchJsonAsync("/me", new { password = new { current = TestBraid.OwnerPassword, next = "another good one" } })).Is(HttpStatusCode.OK);
        (await here.GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        (await there.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        await braid.SignedInAsync(password: "another good one");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Signing_out_on_one_node_counts_on_the_other_within_five_seconds(string engine)
    {
        await using var one = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var two = await TestBraid.StartAsync(Engines.Parse(engine), one.ConnectionString, clock: one.Clock);
        var login = await one.Browser().PostJsonAsync("/session", new { email = TestBraid.OwnerEmail, password = TestBraid.OwnerPassword });
        var cookie = login.Headers["Set-Cookie"].Split(';')[0];
        (await With(one, cookie).GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        (await With(two, cookie).GetJsonAsync("/session")).Is(HttpStatusCode.OK);
        (await With(one, cookie).DeleteJsonAsync("/session")).Is(HttpStatusCode.NoContent);
        (await With(one, cookie).GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
        one.Clock.Advance(TimeSpan.FromSeconds(3));
        (await With(two, cookie).GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
    }

    [Fact]
    public async Task An_open_socket_is_told_when_role_or_session_is_gone()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var gate = braid.Services.GetRequiredService<AccountsGate>();
        var ana = await braid.JoinAsync("agent", "ana@braid.example");
        var id = (await ana.GetJsonAsync("/session"))["me"].GetProperty("id").GetString();
        var hash = await braid.WithDbAsync(db => db.Set<Session>().OrderByDescending(s => s.CreatedAt).Select(s => s.SecretHash).FirstAsync());
        var caller = await gate.BySessionAsync(hash, default);
        var principal = Caller.Principal(caller.Seats[0], caller.User, Braid.Platform.Http.CallerClaims.Session, hash);
        (await gate.IsStillValidAsync(principal, default)).ShouldBeTrue();
        (await braid.Api.PatchJsonAsync($"/agents/{id}", new { role = "admin" })).Is(HttpStatusCode.OK);
        (await gate.IsStillValidAsync(principal, default)).ShouldBeFalse();
        (await braid.Api.PatchJsonAsync($"/agents/{id}", new { role = "agent" })).Is(HttpStatusCode.OK);
        (await gate.IsStillValidAsync(principal, default)).ShouldBeTrue();
        (await braid.Api.PatchJsonAsync($"/agents/{id}", new { disabled = true })).Is(HttpStatusCode.OK);
        (await gate.IsStillValidAsync(principal, default)).ShouldBeFalse();
        (await ana.GetJsonAsync("/session")).Refused(HttpStatusCode.Unauthorized, "signed_out");
    }

    [Fact]
    public async Task The_demo_door_is_open_in_the_demo_only()
    {
        await using var plain = await TestBraid.StartAsync(TestEngine.Sqlite);
        (await plain.Browser().PostJsonAsync("/session/demo")).Refused(HttpStatusCode.NotFound, "not_found");
        await using var demo = await TestBraid.StartAsync(TestEngine.Sqlite, configure: b => b.Services.Replace(ServiceDescriptor.Singleton(new DemoMode(true))));
        (await demo.Browser().PostJsonAsync("/session/demo")).Is(HttpStatusCode.OK)["demo"].GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Passwords_are_hashed_with_enough_rounds()
    {
        var hash = Convert.FromBase64String(new Passwords(Options.Create(new BraidOptions())).Hash("x"));
        // Version 3 of the framework's format: marker, PRF (SHA-512 = 2), rounds.
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)).ShouldBe(2u);
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)).ShouldBeGreaterThanOrEqualTo(600_000u);
    }

    private static async Task AgeAsync(TestBraid braid, TimeSpan by)
    {
        var session = await braid.WithDbAsync(db => db.Set<Session>().AsNoTracking().SingleAsync());
        await braid.WithDbAsync(db => db.Set<Session>().ExecuteUpdateAsync(s => s.SetProperty(x => x.ExpiresAt, session.ExpiresAt - by).SetProperty(x => x.LastSeenAt, session.LastSeenAt - by)));
        braid.Services.GetRequiredService<AccountsGate>().Forget();
    }

    private static HttpClient From(TestBraid braid, string address)
    {
        var client = braid.Browser();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    private static HttpClient With(TestBraid braid, string cookie)
    {
        var client = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = braid.Address };
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        client.DefaultRequestHeaders.Add("X-Requested-With", "Braid");
        return client;
    }
}
