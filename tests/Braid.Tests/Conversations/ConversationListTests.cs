using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Testing;
using Braid.Tests.Testing;

namespace Braid.Tests.Conversations;

public class ConversationListTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_row_shows_who_on_which_channels_and_what_was_said_last(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (telegram, mail) = (await seed.InboxAsync("telegram"), await seed.InboxAsync("email"));
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), telegram);
        var second = await seed.TalkAsync(await seed.CustomerAsync("other"), mail, into: talk.Conversation);
        await seed.SaysAsync(talk, "Where is my parcel?", seed.Now.AddMinutes(-5));
        await seed.SaysAsync(second, null, seed.Now.AddMinutes(-1), new Attachment { Kind = AttachmentKind.Image });
        var (ana, anas, _) = await seed.AgentAsync("Ana");
        await anas.SendAsync($"/conversations/{talk.Id}/assign", new { agentId = ana.Id.Value });

        var row = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem();

        row.GetProperty("customer").Text("name").ShouldBe("Maya");
        row.GetProperty("assignee").Text("name").ShouldBe("Ana");
        row.Texts("channel", "channels").ShouldBe(["email", "telegram"]);
        var last = row.GetProperty("lastMessage");
        (last.Text("text"), last.Text("attachment"), last.Text("channel"), last.Text("author")).ShouldBe((null, "image", "email", "customer"));
        last.GetProperty("private").GetBoolean().ShouldBeFalse();
        row.GetProperty("unread").GetInt32().ShouldBe(2);
        row.GetProperty("waitingSince").GetDateTimeOffset().ToUnixTimeMilliseconds().ShouldBe(seed.Now.AddMinutes(-5).ToUnixTimeMilliseconds());
        (row.Text("status"), row.Text("audience")).ShouldBe(("open", "private"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_nameless_customer_is_shown_by_the_address_used_last(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        await seed.TalkAsync(await seed.CustomerAsync(null), await seed.InboxAsync("whatsapp"), address: "+65 8123 4455");
        var row = (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem();
        (row.GetProperty("customer").Text("name"), row.GetProperty("customer").Text("address")).ShouldBe((null, "+65 8123 4455"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Every_sort_pages_through_all_rows_once_even_among_equal_times(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var inbox = await seed.InboxAsync("telegram");
        for (var i = 0; i < 11; i++)
        {
            var talk = await seed.TalkAsync(await seed.CustomerAsync($"c{i}"), inbox);
            if (i % 3 != 0)
            {
                await seed.SaysAsync(talk, "hi", seed.Now.AddMinutes(-(i / 4)));
            }
        }

        foreach (var sort in new[] { "newest", "oldest", "waiting" })
        {
            var whole = (await braid.Api.ReadAsync($"/conversations?sort={sort}")).Items();
            whole.Count.ShouldBe(11);
            var paged = new List<string?>();
            string? cursor = null;
            do
            {
                var page = await braid.Api.ReadAsync($"/conversations?sort={sort}&limit=3" + (cursor is null ? "" : $"&cursor={cursor}"));
                paged.AddRange(page.Texts("id"));
                cursor = page.Text("nextCursor");
            }
            while (cursor is not null);
            paged.ShouldBe(whole.Select(r => r.Text("id")), sort);
        }

        var waiting = (await braid.Api.ReadAsync("/conversations?sort=waiting")).Items().Select(r => r.Text("waitingSince")).ToList();
        waiting.TakeWhile(w => w is not null).ShouldBe(waiting.Where(w => w is not null).Order(StringComparer.Ordinal), "the longest wait first, nobody waiting last");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Views_filters_and_counts_agree(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (telegram, mail) = (await seed.InboxAsync("telegram"), await seed.InboxAsync("email"));
        var (ana, anas, _) = await seed.AgentAsync("Ana");
        var mine = await seed.TalkAsync(await seed.CustomerAsync("Jörg MÜLLER"), telegram);
        await seed.TalkAsync(await seed.CustomerAsync("Bo"), mail, into: mine.Conversation);
        var free = await seed.TalkAsync(await seed.CustomerAsync("Kim"), mail);
        var asleep = await seed.TalkAsync(await seed.CustomerAsync("Lee"), mail);
        var done = await seed.TalkAsync(await seed.CustomerAsync("Mo"), telegram);
        await anas.SendAsync($"/conversations/{mine.Id}/assign", new { agentId = ana.Id.Value });
        await anas.SendAsync($"/conversations/{asleep.Id}/snooze", new { until = seed.Now.AddHours(1) });
        await anas.SendAsync($"/conversations/{done.Id}/resolve");

        async Task<string> Shown(string query) => string.Join(",", (await anas.ReadAsync("/conversations?" + query)).Items().Select(r => r.GetProperty("customer").Text("name")!).Order(StringComparer.Ordinal));
        (await Shown("")).ShouldBe("Jörg MÜLLER,Kim");
        (await Shown("view=mine")).ShouldBe("Jörg MÜLLER");
        (await Shown("view=unassigned")).ShouldBe("Kim");
        (await Shown("status=snoozed")).ShouldBe("Lee");
        (await Shown("status=resolved")).ShouldBe("Mo");
        (await Shown("status=any")).ShouldBe("Jörg MÜLLER,Kim,Lee,Mo");
        (await Shown($"inbox={mail.Id}")).ShouldBe("Jörg MÜLLER,Kim");
        (await Shown($"inbox={telegram.Id}&status=any")).ShouldBe("Jörg MÜLLER,Mo");
        (await Shown("q=Müller")).ShouldBe("Jörg MÜLLER");
        (await Shown("q=%25")).ShouldBe("", "a percent sign is a letter like any other");
        await anas.ReadAsync("/conversations?view=hers", HttpStatusCode.UnprocessableEntity);
        await anas.ReadAsync("/conversations?cursor=nonsense", HttpStatusCode.UnprocessableEntity);

        var counts = await anas.ReadAsync("/conversations/counts");
        (counts.GetProperty("all").GetInt32(), counts.GetProperty("mine").GetInt32(), counts.GetProperty("unassigned").GetInt32(), counts.GetProperty("snoozed").GetInt32()).ShouldBe((2, 1, 1, 1));
        counts.GetProperty("byInbox").GetProperty(mail.Id.ToString()).GetInt32().ShouldBe(2);
        counts.GetProperty("byInbox").GetProperty(telegram.Id.ToString()).GetInt32().ShouldBe(1);
        _ = free;
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_list_takes_the_same_two_queries_for_one_row_and_for_many(string engine)
    {
        var count = new QueryCount();
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), configure: b => { Seed.Inboxes(b); count.Install(b); });
        var seed = await Seed.OwnersAsync(braid);
        var inbox = await seed.InboxAsync("telegram");
        for (var i = 0; i < 25; i++)
        {
            await seed.SaysAsync(await seed.TalkAsync(await seed.CustomerAsync(i % 2 == 0 ? $"c{i}" : null), inbox, address: $"@c{i}"), "hi", null, new Attachment { Kind = AttachmentKind.File });
        }

        await braid.Api.ReadAsync("/conversations?limit=1");
        count.Reset();
        (await braid.Api.ReadAsync("/conversations")).Items().Count.ShouldBe(25);
        count.Statements.Count(s => s.Contains("conversations", StringComparison.Ordinal) || s.Contains("strands", StringComparison.Ordinal)).ShouldBe(2, string.Join("\n\n", count.Statements));
        count.Statements.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_restricted_inbox_is_seen_by_its_members_only(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (ana, anas, _) = await seed.AgentAsync("Ana");
        var (_, bens, _) = await seed.AgentAsync("Ben");
        var customer = await seed.CustomerAsync("Maya");
        var secret = await seed.TalkAsync(customer, await seed.InboxAsync("email", onlyFor: ana), address: "maya@example.org");
        var said = await seed.SaysAsync(secret, "confidential");

        (await anas.ReadAsync("/conversations")).Items().Count.ShouldBe(1);
        await anas.ReadAsync($"/conversations/{secret.Id}");
        foreach (var outsider in new[] { bens, braid.Api })
        {
            (await outsider.ReadAsync("/conversations")).Items().ShouldBeEmpty();
            (await outsider.ReadAsync("/conversations/counts")).GetProperty("all").GetInt32().ShouldBe(0);
            await outsider.ReadAsync($"/conversations/{secret.Id}", HttpStatusCode.NotFound);
            await outsider.SendAsync($"/conversations/{secret.Id}/resolve", null, HttpStatusCode.NotFound);
            await outsider.ReadAsync($"/messages/{said.Id}/html", HttpStatusCode.NotFound);
            (await outsider.ReadAsync($"/customers/{customer.Id}")).Items("identities").ShouldBeEmpty();
            var line = (await outsider.ReadAsync($"/customers/{customer.Id}/timeline")).Items().ShouldHaveSingleItem();
            (line.Text("text"), line.GetProperty("author").Text("name"), line.Text("kind")).ShouldBe((null, null, "unsupported"));
        }

        (await anas.ReadAsync($"/customers/{customer.Id}/timeline")).Items().ShouldHaveSingleItem().Text("text").ShouldBe("confidential");
        await anas.SendAsync($"/conversations/{secret.Id}/assign", new { agentId = ana.Id.Value });
    }
}
