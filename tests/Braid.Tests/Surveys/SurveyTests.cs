using System.Net;
using System.Text.Json;
using Braid.Conversations;
using Braid.Surveys;
using Braid.Testing;
using Braid.Tests.Realtime;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Surveys;

/// <summary>After a conversation the customer is asked once how satisfied they were, and answers on a page of ours.</summary>
public class SurveyTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_customer_is_asked_once_rates_and_changes_their_mind(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        (await braid.Api.PutJsonAsync("/surveys/settings", new { on = true, question = "How was it?", delayMinutes = 0 })).Is(HttpStatusCode.OK);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        await visitor.SendAsync("c1", "Where is my kettle?");
        var id = await visitor.ConversationAsync();
        await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "On its way." });
        await visitor.HearAsync("message", m => m.Text("text") == "On its way.");
        await braid.Api.SendAsync($"/conversations/{id}/resolve");

        var asked = (await visitor.HearAsync("message", m => m.Text("text")!.StartsWith("How was it?", StringComparison.Ordinal))).Text("text")!;
        (await braid.Api.ReadAsync($"/conversations/{id}")).Text("status").ShouldBe("resolved", "the question does not reopen it");
        var path = new Uri(asked.Split('\n')[1]).AbsolutePath;
        using var browser = new HttpClient { BaseAddress = braid.Address };
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de-DE, en;q=0.5");
        var page = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
        page.ShouldContain("Wie zufrieden waren Sie");
        (await braid.Api.ReadAsync("/surveys/summary")).GetProperty("answered").GetInt32().ShouldBe(0, "opening the page rates nothing");
        var wrong = await AnswerAsync(browser, path, "9", "");
        (wrong.StatusCode, WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync()).Contains("Wählen Sie eine Zahl", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true));
        (await AnswerAsync(browser, path, "2", "Slow <b>")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetStringAsync(new Uri(path, UriKind.Relative))).ShouldContain("Slow &lt;b&gt;");
        (await AnswerAsync(browser, path, "5", "Fine after all")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var survey = (await braid.Api.ReadAsync("/surveys")).Items().ShouldHaveSingleItem();
        (survey.GetProperty("rating").GetInt32(), survey.Text("comment"), survey.GetProperty("agent").ValueKind).ShouldBe((5, "Fine after all", JsonValueKind.String));
        var summary = await braid.Api.ReadAsync("/surveys/summary?days=7");
        (summary.GetProperty("sent").GetInt32(), summary.GetProperty("answered").GetInt32(), summary.GetProperty("satisfied").GetInt32()).ShouldBe((1, 1, 1));
        (await braid.Api.ReadAsync($"/conversations/{id}/activities")).Items().Count(a => a.Text("kind") == "survey.answered").ShouldBe(1);
        (await braid.Api.ReadAsync($"/customers/{survey.GetProperty("customer").Text("id")}/moments")).Items().Select(m => m.Text("about")).ShouldContain("5/5: Fine after all");

        await braid.Api.SendAsync($"/conversations/{id}/reopen");
        await braid.Api.SendAsync($"/conversations/{id}/resolve");
        await braid.Services.GetRequiredService<FollowResolved>().RunAsync(TestContext.Current.CancellationToken);
        (await braid.WithDbAsync(db => db.Set<Survey>().CountAsync())).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nobody_is_asked_where_nobody_answered_or_after_they_went_on_talking(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var seed = await Seed.OwnersAsync(braid);
        (await braid.Api.PutJsonAsync("/surveys/settings", new { on = true, question = "How was it?", delayMinutes = 10 })).Is(HttpStatusCode.OK);
        var inbox = await LiveVisitor.ChatAsync(braid);
        using var awaited = new Awaited(braid, seed.Workspace);
        await using var silent = await LiveVisitor.ConnectAsync(braid, inbox);
        await silent.SendAsync("c1", "Anybody?");
        await braid.Api.SendAsync($"/conversations/{await silent.ConversationAsync()}/resolve");
        await using var other = await LiveVisitor.ConnectAsync(braid, inbox);
        await other.SendAsync("c2", "Hello");
        var id = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem().Text("id")!;
        await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "Hello to you." });
        await braid.Api.SendAsync($"/conversations/{id}/resolve");
        await braid.Services.GetRequiredService<FollowResolved>().RunAsync(TestContext.Current.CancellationToken);
        (await braid.WithDbAsync(db => db.Set<Survey>().CountAsync())).ShouldBe(1);
        await braid.Api.SendAsync($"/conversations/{id}/reopen");
        braid.Clock.Advance(TimeSpan.FromMinutes(11));
        await other.SendAsync("c3", "One more thing");
        await awaited.UntilAsync(async () => !await braid.WithDbAsync(db => db.Set<Survey>().AnyAsync()) || await NudgeAsync());
        (await braid.WithDbAsync(db => db.Set<Message>().CountAsync(m => m.AuthorKind == AuthorKind.System))).ShouldBe(0);

        async Task<bool> NudgeAsync()
        {
            await braid.Api.SendAsync($"/conversations/{id}/messages", new { text = "Still waiting", @private = true });
            return false;
        }
    }

    [Fact]
    public async Task A_link_that_is_not_ours_says_so_and_settings_are_checked()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        using var browser = new HttpClient { BaseAddress = braid.Address };
        using var gone = await browser.GetAsync(new Uri("/survey/nothing", UriKind.Relative));
        (gone.StatusCode, (await gone.Content.ReadAsStringAsync()).Contains("This survey is closed", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.NotFound, true));
        gone.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        (await braid.Api.PutJsonAsync("/surveys/settings", new { on = true, question = " ", delayMinutes = 0 })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PutJsonAsync("/surveys/settings", new { on = true, question = "How?", delayMinutes = -1 })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient browser, string path, string rating, string comment)
    {
        using var form = new FormUrlEncodedContent([new("rating", rating), new("comment", comment)]);
        return await browser.PostAsync(new Uri(path, UriKind.Relative), form);
    }
}
