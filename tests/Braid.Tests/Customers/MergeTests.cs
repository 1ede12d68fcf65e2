using System.Net;
using Braid.Accounts;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Customers;

/// <summary>Two profiles become one person and, if need be, two again.</summary>
public class MergeTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_merged_customer_goes_on_in_one_conversation_and_is_parted_again_with_what_came_since(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var (chat, mail) = (await spine.ConnectAsync("chat"), await spine.ConnectAsync("mail"));
        await spine.WritesAsync(chat, Spine.Says("c1", "Where is my parcel?", "kim", spine.Now.AddSeconds(-50)));
        await spine.WritesAsync(mail, Spine.Says("m1", "About order 7", "kim-mail", spine.Now.AddSeconds(-40)));
        var (kim, other) = ((await spine.CustomersAsync())[0], (await spine.CustomersAsync())[1]);
        var ids = (await spine.MessagesAsync()).ToDictionary(m => m.Text!, m => (m.Id, m.SentAt));

        var link = await MergeAsync(spine, other.Id, kim.Id);
        (await spine.CustomersAsync()).Select(c => c.PersonId).ShouldBe([kim.Id, kim.Id]);
        (await spine.ConversationsAsync()).ShouldAllBe(c => c.CustomerId == kim.Id && c.Status == ConversationStatus.Open, "open conversations stay as they are");
        (await spine.ConversationsAsync()).Where(c => c.Joins != null).ShouldHaveSingleItem().LastMessageAt.ShouldBe(ids["About order 7"].SentAt, "the next message goes to the newest");

        await spine.ChangeAsync((await spine.ConversationsAsync())[1].Id, c => c.Resolve(spine.Now));
        await spine.ChangeAsync((await spine.ConversationsAsync())[0].Id, c => c.Joins = Conversation.JoinsKey(kim.Id, ""));
        await spine.PassAsync(TimeSpan.FromDays(3));
        await spine.WritesAsync(mail, Spine.Says("m2", "Still waiting", "kim-mail", spine.Now.AddSeconds(-10)));
        var mixed = (await spine.ConversationsAsync()).Single(c => c.Status == ConversationStatus.Open);
        mixed.MessageCount.ShouldBe(2, "one person, so the mail went on in the open conversation");

        await UndoAsync(spine, link);
        (await spine.CustomersAsync()).ShouldAllBe(c => c.PersonId == c.Id);
        var conversations = await spine.ConversationsAsync();
        conversations.ShouldAllBe(c => c.CustomerId == c.OriginId);
        var parted = conversations.Single(c => c.CustomerId == other.Id && c.Status == ConversationStatus.Open);
        parted.ShouldSatisfyAllConditions(c => c.MessageCount.ShouldBe(1), c => c.UnreadCount.ShouldBe(1), c => c.WaitingSince.ShouldNotBeNull(), c => c.Joins.ShouldBe(Conversation.JoinsKey(other.Id, "")));
        conversations.Single(c => c.Id == mixed.Id).MessageCount.ShouldBe(1);
        (await spine.MessagesAsync()).Single(m => m.Text == "Still waiting").ConversationId.ShouldBe(parted.Id);
        (await spine.MessagesAsync()).Where(m => ids.ContainsKey(m.Text!)).ShouldAllBe(m => m.Id == ids[m.Text!].Id);
        var lines = await spine.Braid.WithDbAsync(db => db.Set<Activity>().Where(a => a.Kind == "conversation.parted").ToListAsync());
        lines.Select(l => l.ConversationId).ShouldBe([mixed.Id, parted.Id], ignoreOrder: true);
        var audit = await spine.Braid.WithDbAsync(db => db.Set<AuditEntry>().Where(a => a.Action.StartsWith("customer.merge")).Select(a => a.Action).ToListAsync());
        audit.ShouldBe(["customer.merged", "customer.merge.undone"], ignoreOrder: true);
    }

    /// <summary>Any interleaving of merges, undoings and messages; in the end, with all merges undone, it is as if nothing had been merged.</summary>
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task After_all_merges_are_undone_it_is_as_if_never_merged(string engine)
    {
        await using var merged = await Spine.StartAsync(engine);
        await using var never = await Spine.StartAsync(engine);
        var random = new Random(20261126);
        var people = Enumerable.Range(0, 6).Select(i => $"p{i}").ToList();
        var (inboxes, others) = (await InboxesAsync(merged), await InboxesAsync(never));
        HashSet<Id<CustomerLink>> active = [];
        for (var step = 0; step < (engine == "sqlite" ? 160 : 60); step++)
        {
            var choice = random.Next(10);
            var profiles = await merged.CustomersAsync();
            if (choice < 6 || profiles.Count < 2)
            {
                var who = people[random.Next(people.Count)];
                var on = random.Next(2);
                var e = Spine.Says($"s{step}", $"{who} says {step}", who, merged.Now.AddSeconds(-1000 + step)) with { ThreadId = $"{who}-{random.Next(3)}" };
                e = e with { Sender = e.Sender! with { Keys = [new(Braid.Channels.KeyKind.Email, who + "@example.org", "proven")] } };
                await merged.WritesAsync(inboxes[on], e);
                await never.WritesAsync(others[on], e);
            }
            else if (choice < 9)
            {
                var (left, right) = (profiles[random.Next(profiles.Count)], profiles[random.Next(profiles.Count)]);
                if (left.PersonId != right.PersonId) { active.Add(await MergeAsync(merged, left.Id, right.Id)); }
            }
            else if (active.Count > 0)
            {
                var link = active.ElementAt(random.Next(active.Count));
                active.Remove(link);
                await UndoAsync(merged, link);
            }

            if (step % 10 == 0) { await HoldsAsync(merged); }
        }

        foreach (var link in active.OrderBy(_ => random.Next()).ToList()) { await UndoAsync(merged, link); }
        await HoldsAsync(merged);
        (await OwnersAsync(merged)).ShouldBe(await OwnersAsync(never));
        (await merged.ConversationsAsync()).ShouldAllBe(c => c.CustomerId == c.OriginId);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Merges_in_a_circle_at_once_make_one_person_and_no_deadlock(string engine)
    {
        await using var spine = await Spine.StartAsync(engine);
        var inbox = await spine.ConnectAsync("chat");
        foreach (var who in new[] { "a", "b", "c" }) { await spine.WritesAsync(inbox, Spine.Says("1" + who, "hello", who)); }
        var all = await spine.CustomersAsync();
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            try
            {
                await Task.WhenAll(MergeAsync(spine, all[i % 3].Id, all[(i + 1) % 3].Id), spine.WritesAsync(inbox, Spine.Says($"x{i}", "more", "abc"[i % 3].ToString())));
                return 1;
            }
            catch (RefusalException e) when (e.Code == "conflict") { return 0; }
        }));
        tries.Sum().ShouldBe(2, "two links make three profiles one; the others are refused");
        (await spine.CustomersAsync()).ShouldAllBe(c => c.PersonId == all[0].Id);
        await HoldsAsync(spine);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_profile_shows_the_best_value_and_keeps_the_others_with_their_source(string engine)
    {
        await using var braid = await Braid.Testing.TestBraid.StartAsync(Engines.Parse(engine));
        var first = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya Tan" })).Is(HttpStatusCode.Created).Text("id");
        var second = (await braid.Api.PostJsonAsync("/customers", new { name = "M. Tan", keys = new[] { new { kind = "email", value = "maya@example.org" } } })).Is(HttpStatusCode.Created).Text("id");
        await braid.Api.PatchJsonAsync($"/customers/{second}", new { company = "Acme", tier = "vip", blocked = true });

        var preview = (await braid.Api.GetJsonAsync($"/customers/{first}/merge-preview?with={second}")).Is(HttpStatusCode.OK);
        preview.Text("standsFor").ShouldBe(first);
        preview["fields"].EnumerateArray().Select(f => (f.GetProperty("field").GetString(), f.GetProperty("shown").GetString())).ShouldContain(("company", "Acme"));
        var one = (await braid.Api.PostJsonAsync($"/customers/{second}/merge", new { with = first })).Is(HttpStatusCode.OK);
        (one.Text("id"), one.Text("company"), one.Text("tier"), one["blocked"].GetBoolean()).ShouldBe((first, "Acme", "vip", true));
        (await braid.Api.GetJsonAsync($"/customers/{second}")).Text("id").ShouldBe(first, "the old address leads to the person");
        (await braid.Api.GetJsonAsync("/customers?q=tan"))["items"].GetArrayLength().ShouldBe(1);
        (await braid.Api.GetJsonAsync($"/customers/{first}/values"))["items"].EnumerateArray().Single(f => f.GetProperty("field").GetString() == "name").GetProperty("values").GetArrayLength().ShouldBe(2);
        (await braid.Api.PostJsonAsync($"/customers/{second}/merge", new { with = first })).Refused(HttpStatusCode.Conflict, "conflict");

        var link = (await braid.Api.GetJsonAsync($"/customers/{first}/merges"))["items"][0].GetProperty("id").GetString();
        (await braid.Api.PostJsonAsync($"/customers/{first}/merges/{link}/undo")).Is(HttpStatusCode.OK).Text("company").ShouldBeNull();
        var again = (await braid.Api.GetJsonAsync($"/customers/{second}")).Is(HttpStatusCode.OK);
        (again.Text("id"), again.Text("name"), again.Text("company"), again["keys"].GetArrayLength()).ShouldBe((second, "M. Tan", "Acme", 1));
        (await braid.Api.PostJsonAsync($"/customers/{first}/merges/{link}/undo")).Refused(HttpStatusCode.Conflict, "conflict");
    }

    private static async Task<ConnectedInbox[]> InboxesAsync(Spine spine) => [await spine.ConnectAsync("a"), await spine.ConnectAsync("b")];

    private static async Task<Id<CustomerLink>> MergeAsync(Spine spine, Id<Customer> left, Id<Customer> right)
    {
        await using var scope = spine.Braid.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MergeCustomers>().RunAsync(left, right, null, Actor.System(spine.Workspace), default);
    }

    private static async Task UndoAsync(Spine spine, Id<CustomerLink> link)
    {
        await using var scope = spine.Braid.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MergeCustomers>().UndoAsync(link, Actor.System(spine.Workspace), default);
    }

    /// <summary>What each person said, by the profile it is found on.</summary>
    private static async Task<List<string>> OwnersAsync(Spine spine)
    {
        var names = (await spine.CustomersAsync()).ToDictionary(c => c.Id, c => c.Name);
        var conversations = (await spine.ConversationsAsync()).ToDictionary(c => c.Id, c => c.CustomerId);
        return [.. (await spine.MessagesAsync()).Select(m => $"{names[conversations[m.ConversationId]]}: {m.Text} {m.SentAt:O}").Order(StringComparer.Ordinal)];
    }

    /// <summary>True at any moment: persons are what links say, everything belongs to them, no conversation mixes persons, counters agree.</summary>
    private static async Task HoldsAsync(Spine spine) => await spine.Braid.WithDbAsync(async db =>
    {
        var customers = await db.Set<Customer>().AsNoTracking().ToListAsync();
        var persons = Persons.Of(customers, await db.Set<CustomerLink>().AsNoTracking().Where(l => l.UndoneAt == null).ToListAsync());
        customers.ShouldAllBe(c => c.PersonId == persons[c.Id]);
        (await db.Set<Identity>().AsNoTracking().ToListAsync()).ShouldAllBe(i => i.CustomerId == persons[i.OriginId]);
        (await db.Set<CustomerKey>().AsNoTracking().ToListAsync()).ShouldAllBe(k => k.CustomerId == persons[k.OriginId]);
        var threads = (await db.Set<ChannelThread>().AsNoTracking().ToListAsync()).ToDictionary(t => t.Id);
        threads.Values.ShouldAllBe(t => t.CustomerId == persons[t.OriginId]);
        var messages = (await db.Set<Message>().AsNoTracking().ToListAsync()).ToLookup(m => m.ConversationId);
        var conversations = await db.Set<Conversation>().AsNoTracking().ToListAsync();
        conversations.ShouldAllBe(c => c.CustomerId == persons[c.OriginId]);
        conversations.Where(c => c.Joins != null).Select(c => c.Joins).ShouldBeUnique();
        foreach (var conversation in conversations)
        {
            messages[conversation.Id].ShouldAllBe(m => threads[m.ThreadId!.Value].CustomerId == conversation.CustomerId);
            (conversation.MessageCount, conversation.UnreadCount).ShouldBe((messages[conversation.Id].Count(), messages[conversation.Id].Count()));
            conversation.LastMessageId.ShouldBe(messages[conversation.Id].OrderBy(m => m.SentAt).ThenBy(m => m.Seq).Last().Id);
        }

        return messages.Count;
    });
}
