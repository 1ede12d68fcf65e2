using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Braid.Realtime.LiveChat;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Braid.Tests.Realtime;

/// <summary>Pages a visitor was on stand in their timeline once they have written; who never writes leaves nothing.</summary>
public class VisitTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Pages_are_kept_once_the_visitor_is_somebody(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        object pages = new { pages = new[]
        {
            new { url = "https://shop.example/kettles?token=secret#top", title = (string?)"Kettles", ago = 60_000L }, new { url = "https://shop.example/cart", title = (string?)null, ago = 5_000L },
            new { url = "javascript:alert(1)", title = (string?)"x", ago = 0L }, new { url = "https://eve:pw@shop.example/", title = (string?)"x", ago = 0L },
        } };
        (await VisitAsync(braid, visitor, pages)).GetProperty("kept").GetBoolean().ShouldBeFalse("nobody knows them yet");
        (await braid.WithDbAsync(db => db.Set<PageVisit>().CountAsync())).ShouldBe(0);

        await visitor.SendAsync("c1", "Which kettle is the quietest?");
        var conversation = await visitor.ConversationAsync();
        (await VisitAsync(braid, visitor, pages)).GetProperty("kept").GetBoolean().ShouldBeTrue();
        var customer = (await braid.Api.ReadAsync($"/conversations/{conversation}")).GetProperty("customer").Text("id");
        var moment = (await braid.Api.ReadAsync($"/customers/{customer}/moments")).Items().Single(m => m.Text("kind") == "visited");
        moment.Text("about").ShouldBe("Kettles (https://shop.example/kettles) → https://shop.example/cart");
        moment.GetProperty("at").GetDateTimeOffset().ShouldBe(braid.Clock.GetUtcNow().AddMinutes(-1), TimeSpan.FromSeconds(1));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Of_each_person_the_last_two_hundred_stay(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "Hello");
        await visitor.ConversationAsync();
        for (var i = 0; i < 12; i++)
        {
            braid.Clock.Advance(TimeSpan.FromMinutes(1));
            var from = i;
            await VisitAsync(braid, visitor, new { pages = Enumerable.Range(0, KeepVisits.AtOnce + 5).Select(n => new { url = $"https://shop.example/{from}/{n}", title = (string?)null, ago = 1000L * (30 - n) }) });
        }

        var kept = await braid.WithDbAsync(db => db.Set<PageVisit>().OrderBy(v => v.At).Select(v => v.Url).ToListAsync());
        (kept.Count, kept[0], kept[^1]).ShouldBe((KeepVisits.Kept, "https://shop.example/2/0", $"https://shop.example/11/{KeepVisits.AtOnce - 1}"));
    }

    [Fact]
    public async Task Without_a_good_token_nothing_is_kept()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await VisitAsync(braid, visitor, new { pages = Array.Empty<object>() }, "made up", HttpStatusCode.Unauthorized);
        await VisitAsync(braid, visitor, new { pages = (object?)null });
        await VisitAsync(braid, visitor, new { pages = new object?[] { null } });
    }

    private static async Task<JsonElement> VisitAsync(TestBraid braid, LiveVisitor visitor, object body, string? token = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var browser = new HttpClient { BaseAddress = braid.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/widget/{visitor.Inbox}/visits") { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? visitor.Token);
        using var response = await browser.SendAsync(request);
        response.StatusCode.ShouldBe(expected);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }
}
