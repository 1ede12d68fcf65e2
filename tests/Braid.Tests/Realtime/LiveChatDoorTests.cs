using System.Net;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace Braid.Tests.Realtime;

/// <summary>Who may come in, and what they may read.</summary>
public class LiveChatDoorTests
{
    private static Task<TestBraid> StartAsync(string engine) => TestBraid.StartAsync(Engines.Parse(engine));

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Tokens_of_other_chats_made_up_or_too_old_open_nothing(string engine)
    {
        await using var braid = await StartAsync(engine);
        var (here, elsewhere) = (await LiveVisitor.ChatAsync(braid), await LiveVisitor.ChatAsync(braid));
        await using var visitor = await LiveVisitor.ConnectAsync(braid, here);
        await visitor.SendAsync("c1", "canary");

        await visitor.PageAsync(inbox: elsewhere, expected: HttpStatusCode.Unauthorized);
        await visitor.PageAsync(token: visitor.Token[..^6] + "AAAAAA", expected: HttpStatusCode.Unauthorized);
        await visitor.PageAsync(token: TestBraid.OwnerToken, expected: HttpStatusCode.Unauthorized);
        await Should.ThrowAsync<Exception>(() => LiveVisitor.Hub(braid, "made up").StartAsync());
        await Should.ThrowAsync<Exception>(() => LiveVisitor.Hub(braid, visitor.Token, origin: "https://evil.example").StartAsync());
        var other = (await LiveVisitor.AskAsync(braid, elsewhere, visitor.Token)).Is(HttpStatusCode.OK);
        other.Text("visitorId").ShouldNotBe(visitor.Session.Text("visitorId"));
        other.Raw.ShouldNotContain("canary");

        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddDays(399));
        (await visitor.PageAsync()).Texts("id").ShouldBe(["c1"]);
        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddDays(2));
        await visitor.PageAsync(expected: HttpStatusCode.Unauthorized);
        await Should.ThrowAsync<Exception>(() => LiveVisitor.Hub(braid, visitor.Token).StartAsync());
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_signed_user_joins_the_profile_whose_address_an_agent_entered(string engine)
    {
        await using var braid = await StartAsync(engine);
        var inbox = await LiveVisitor.ChatAsync(braid);
        var maya = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya", keys = new[] { new { kind = "email", value = "maya@example.org" } } })).Text("id");
        var identity = LiveVisitor.Sign(new { sub = "42", name = "Maya T.", email = "Maya@example.org", email_verified = true, exp = Soon(braid) });
        await using var laptop = await LiveVisitor.ConnectAsync(braid, inbox, identity: identity);
        laptop.Thread.ShouldBe("user:42");
        laptop.Session.GetProperty("me").Text("email").ShouldBe("maya@example.org");
        await laptop.SendAsync("c1", "From my laptop");

        (await braid.WithDbAsync(db => db.Set<Customer>().SingleAsync())).Id.Value.ShouldBe(Guid.Parse(maya));
        await using var phone = await LiveVisitor.ConnectAsync(braid, inbox, identity: identity);
        phone.Session.Texts("text", "messages").ShouldBe(["From my laptop"]);
        phone.Session.Text("visitorId").ShouldNotBe(laptop.Session.Text("visitorId"));
        await phone.SendAsync("c2", "And from my phone");
        (await laptop.HearAsync("message", m => m.Text("id") == "c2")).Text("text").ShouldBe("And from my phone");

        // The next person at the laptop has its token, but not Maya's identity.
        var next = (await LiveVisitor.AskAsync(braid, inbox, laptop.Token)).Is(HttpStatusCode.OK);
        next["messages"].GetArrayLength().ShouldBe(0);
        next.Text("visitorId").ShouldNotBe(laptop.Session.Text("visitorId"));
        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddHours(12));
        await laptop.PageAsync(expected: HttpStatusCode.Unauthorized);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_stranger_who_signs_in_keeps_what_was_said_before(string engine)
    {
        await using var braid = await StartAsync(engine);
        var inbox = await LiveVisitor.ChatAsync(braid);
        await using var stranger = await LiveVisitor.ConnectAsync(braid, inbox);
        await stranger.SendAsync("c1", "Before");
        await using var known = await LiveVisitor.ConnectAsync(braid, inbox, stranger.Token, LiveVisitor.Sign(new { sub = "42", exp = Soon(braid) }));
        await known.SendAsync("c2", "After");
        (await known.PageAsync()).Texts("text").ShouldBe(["Before", "After"]);
        (await stranger.PageAsync()).Texts("text").ShouldBe(["Before"]);
        (await braid.WithDbAsync(db => db.Set<Customer>().CountAsync())).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Identity_origin_and_switch_of_the_chat_are_honoured(string engine)
    {
        await using var braid = await StartAsync(engine);
        var inbox = await LiveVisitor.ChatAsync(braid, new { identitySecret = LiveVisitor.Secret, requireIdentity = true, allowedOrigins = new[] { "https://shop.example" } });
        var good = LiveVisitor.Sign(new { sub = "42", exp = Soon(braid) });

        (await LiveVisitor.AskAsync(braid, inbox, identity: good, origin: "https://evil.example")).Refused(HttpStatusCode.Forbidden, "origin_not_allowed");
        (await LiveVisitor.AskAsync(braid, inbox)).Refused(HttpStatusCode.Unauthorized, "identity_required");
        (await LiveVisitor.AskAsync(braid, inbox, identity: LiveVisitor.Sign(new { sub = "42", exp = 1 }))).Refused(HttpStatusCode.Unauthorized, "identity_expired");
        (await LiveVisitor.AskAsync(braid, inbox, identity: LiveVisitor.Sign(new { sub = "42", exp = Soon(braid) }, "another secret of thirty-two bytes!!"))).Refused(HttpStatusCode.Unauthorized, "identity_refused");
        await using var visitor = await LiveVisitor.ConnectAsync(braid, inbox, identity: good);
        (await LiveVisitor.AskAsync(braid, inbox, visitor.Token)).Refused(HttpStatusCode.Unauthorized, "identity_required");

        (await braid.Api.PatchJsonAsync($"/inboxes/{inbox}", new { enabled = false })).Is(HttpStatusCode.OK);
        (await LiveVisitor.AskAsync(braid, inbox, identity: good)).Refused(HttpStatusCode.NotFound, "not_found");
        braid.Clock.Advance(TimeSpan.FromSeconds(6));
        await visitor.HearAsync("closed");
    }

    [Fact]
    public async Task Page_views_of_one_address_are_limited_and_the_frame_names_its_sites()
    {
        await using var braid = await StartAsync("sqlite");
        var web = Directory.CreateDirectory(Path.Combine(braid.Folder, "web", "widget"));
        await File.WriteAllTextAsync(Path.Combine(web.FullName, "frame.html"), "<!doctype html>");
        using var files = new PhysicalFileProvider(web.Parent!.FullName);
        braid.Services.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider = files;
        var inbox = await LiveVisitor.ChatAsync(braid, new { allowedOrigins = new[] { "https://shop.example" } });
        using var browser = braid.Client(null);

        using var frame = await browser.GetAsync(new Uri($"/widget/frame.html?inbox={inbox}", UriKind.Relative));
        frame.StatusCode.ShouldBe(HttpStatusCode.OK);
        var policy = frame.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldEndWith("frame-ancestors 'self' https://shop.example");
        frame.Headers.CacheControl!.NoCache.ShouldBeTrue();
        frame.Headers.Contains("X-Frame-Options").ShouldBeFalse();
        using var none = await browser.GetAsync(new Uri($"/widget/frame.html?inbox={Id<Inbox>.New()}", UriKind.Relative));
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        none.Headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("frame-ancestors 'none'");

        for (var i = 0; i < Braid.Realtime.LiveChat.Pace.PerAddress; i++) { (await LiveVisitor.AskAsync(braid, inbox)).Is(HttpStatusCode.OK); }
        (await LiveVisitor.AskAsync(braid, inbox)).Refused(HttpStatusCode.TooManyRequests, "too_many_attempts").Headers["Retry-After"].ShouldBe("60");
    }

    private static long Soon(TestBraid braid) => braid.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
}
