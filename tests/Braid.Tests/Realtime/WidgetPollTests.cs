using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Braid.Conversations;
using Braid.Realtime.LiveChat;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Realtime;

/// <summary>The chat where no WebSocket gets through: one request waits for news, others say something.</summary>
public class WidgetPollTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_whole_chat_passes_in_plain_requests(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var visitor = await Caller.OpenAsync(braid);
        var at = (await visitor.PollAsync(null)).GetProperty("last").GetInt64();

        var ack = (await visitor.PostAsync("messages", new { clientId = "c1", text = "Is the buckle covered?" })).Is(HttpStatusCode.OK);
        ack.Text("id").ShouldBe("c1");
        (await visitor.PostAsync("messages", new { clientId = "c1", text = "Is the buckle covered?" })).Is(HttpStatusCode.OK).Raw.ShouldBe(ack.Raw);
        (await visitor.PostAsync("messages", new { clientId = "c2", text = "" })).Is(HttpStatusCode.OK).Text("refused").ShouldBe("empty");
        (await visitor.PostAsync("messages", new { text = "nobody's" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        var own = await visitor.PollAsync(at);
        own.GetProperty("items").EnumerateArray().Select(i => (i.Text("target"), i.GetProperty("body").Text("id"))).ShouldContain(("message", "c1"));
        at = await visitor.CaughtUpAsync(own);

        // A request that waits is answered the moment an agent says something.
        var waiting = visitor.PollAsync(at);
        var conversation = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem().Text("id");
        await visitor.WaitingAsync();
        waiting.IsCompleted.ShouldBeFalse();
        await braid.Api.SendAsync($"/conversations/{conversation}/messages", new { text = "Yes, for two years." });
        var heard = await waiting;
        while (!heard.GetRawText().Contains("Yes, for two years.", StringComparison.Ordinal)) { heard = await visitor.PollAsync(heard.GetProperty("last").GetInt64()); }
        var message = heard.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("body")).Last(b => b.Text("text") == "Yes, for two years.");
        message.Text("from").ShouldBe("agent");

        (await visitor.PostAsync("seen", new { messageId = message.Text("id") })).Is(HttpStatusCode.NoContent);
        (await braid.WithDbAsync(db => db.Set<Message>().Where(m => m.Direction == Direction.Out).Select(m => m.Status).SingleAsync())).ShouldBe(SendStatus.Read);
        (await visitor.PostAsync("typing", new { typing = true })).Is(HttpStatusCode.NoContent);
        (await visitor.PostAsync("messages", new { clientId = "c3", text = "Write to me.", email = "maya@home.example" })).Is(HttpStatusCode.OK).Text("id").ShouldBe("c3");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nothing_said_between_two_requests_is_missed(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var visitor = await Caller.OpenAsync(braid);
        await visitor.PostAsync("messages", new { clientId = "c1", text = "Hello" });
        var conversation = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem().Text("id");
        var at = (await visitor.PollAsync(null)).GetProperty("last").GetInt64();
        var texts = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            await braid.Api.SendAsync($"/conversations/{conversation}/messages", new { text = $"answer {i}" });
            if (i % 3 == 0) { at = Note(await visitor.PollAsync(at), texts); }
        }

        while (!texts.Contains("answer 7")) { at = Note(await visitor.PollAsync(at), texts); }
        texts.Distinct().ShouldBe(Enumerable.Range(0, 8).Select(i => $"answer {i}"));
    }

    [Fact]
    public async Task A_request_without_news_ends_by_itself_and_odd_numbers_do_no_harm()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var visitor = await Caller.OpenAsync(braid);
        var at = (await visitor.PollAsync(null)).GetProperty("last").GetInt64();
        var waiting = visitor.PollAsync(at);
        await visitor.WaitingAsync();
        braid.Clock.Advance(WidgetPoll.Patience);
        (await waiting).GetProperty("items").GetArrayLength().ShouldBe(0);
        braid.Services.GetRequiredService<VisitorConnections>().All.ShouldBeEmpty("nobody stays behind");

        foreach (var odd in new[] { at + 1_000_000, long.MaxValue, long.MinValue })
        {
            var answer = await visitor.PollAsync(odd);
            (answer.GetProperty("gap").GetBoolean(), answer.GetProperty("last").GetInt64()).ShouldBe((true, at));
        }
    }

    [Fact]
    public async Task Strangers_and_tokens_of_other_chats_are_turned_away()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var visitor = await Caller.OpenAsync(braid);
        var other = await LiveVisitor.ChatAsync(braid, new { title = "Other" });
        foreach (var (inbox, token) in new[] { (visitor.Inbox, "made-up"), (other, visitor.Token) })
        {
            using var stranger = braid.Client(token);
            using var poll = await stranger.GetAsync(new Uri($"/widget/{inbox}/events?after=0", UriKind.Relative));
            poll.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            foreach (var what in new[] { "messages", "seen", "typing" })
            {
                using var said = await stranger.PostAsJsonAsync(new Uri($"/widget/{inbox}/{what}", UriKind.Relative), new { clientId = "x", text = "x" });
                said.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, what);
            }
        }
    }

    private static long Note(JsonElement heard, List<string> texts)
    {
        texts.AddRange(heard.GetProperty("items").EnumerateArray().Where(i => i.Text("target") == "message" && i.GetProperty("body").Text("from") == "agent").Select(i => i.GetProperty("body").Text("text")!));
        return heard.GetProperty("last").GetInt64();
    }

    private sealed record Caller(TestBraid Braid, string Inbox, string Token, HttpClient Http)
    {
        public static async Task<Caller> OpenAsync(TestBraid braid)
        {
            var inbox = await LiveVisitor.ChatAsync(braid);
            var token = (await LiveVisitor.AskAsync(braid, inbox)).Is(HttpStatusCode.OK).Text("visitorToken");
            return new(braid, inbox, token, braid.Client(token));
        }

        public async Task<JsonElement> PollAsync(long? after)
        {
            using var response = await Http.GetAsync(new Uri($"/widget/{Inbox}/events" + (after is null ? "" : $"?after={after}"), UriKind.Relative));
            return (await Answer.ReadAsync(response)).Is(HttpStatusCode.OK).Json;
        }

        public async Task<Answer> PostAsync(string what, object body)
        {
            using var response = await Http.PostAsJsonAsync(new Uri($"/widget/{Inbox}/{what}", UriKind.Relative), body);
            return await Answer.ReadAsync(response);
        }

        /// <summary>Asks on while the server has something that is already there.</summary>
        public async Task<long> CaughtUpAsync(JsonElement heard)
        {
            var all = await Braid.Services.GetRequiredService<VisitorFeed>().LastAsync(new(await WorkspaceAsync()), CancellationToken.None);
            while (heard.GetProperty("last").GetInt64() < all) { heard = await PollAsync(heard.GetProperty("last").GetInt64()); }
            return all;
        }

        public async Task WaitingAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Braid.Services.GetRequiredService<VisitorConnections>().All.Count == 0) { await Task.Delay(5, limit.Token); }
        }

        private Task<Guid> WorkspaceAsync() => Braid.WithDbAsync(async db => (await db.Set<global::Braid.Inboxes.Inbox>().SingleAsync()).WorkspaceId.Value);
    }
}
