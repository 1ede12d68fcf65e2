using System.Net;
using System.Text.Json.Nodes;
using Braid.Integrations;
using Braid.Platform.Data;
using Braid.Simulator;
using Braid.Simulator.Crm;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using static Braid.Tests.Integrations.CrmStory;

namespace Braid.Tests.Integrations;

/// <summary>Profiles and a CRM's contacts, kept in step both ways, whatever goes wrong between.</summary>
public class SyncTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_trial_counts_a_start_links_and_then_changes_go_both_ways_without_an_echo(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var theirs = crm.Add(("email", "Maya@example.org"), ("firstname", "Maya"), ("lastname", "Tan"), ("company", "Acme"), ("phone", "+6581234455"));
        story.Braid.Clock.Advance(TimeSpan.FromMinutes(1));
        var maya = await story.CustomerAsync("Maya", "maya@example.org");
        crm.Add(("email", "new@example.org"), ("firstname", "New"), ("lastname", "Person"));
        var made = await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        (made.Text("state"), made.Text("account"), made["trouble"].ValueKind.ToString()).ShouldBe(("draft", "HubSpot 62515", "Null"));
        made.Raw.ShouldNotContain(HubSpotCrm.Token);

        await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/try");
        await story.SyncAsync();
        var tried = (await story.StateAsync())["first"];
        (tried.GetProperty("state").GetString(), tried.GetProperty("seen").GetInt32(), tried.GetProperty("linked").GetInt32(), tried.GetProperty("made").GetInt32(), tried.GetProperty("of").GetInt32()).ShouldBe(("tried", 2, 1, 1, 2));
        (await story.Braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(1, "a trial changes nothing");

        await story.StartSyncAsync();
        var state = await story.StateAsync();
        (state["first"].GetProperty("state").GetString(), state["linked"].GetInt32(), state["problems"].GetInt32()).ShouldBe(("done", 2, 0));
        var profile = await story.ReadAsync(maya);
        (profile.Text("name"), profile.Text("company")).ShouldBe(("Maya", "Acme"), "the API's name is newer than the contact; the company was missing");
        crm.Get(theirs.Id)["firstname"].ShouldBe("Maya");
        crm.Get(theirs.Id)["lastname"].ShouldBeNull("ours won: the name is in step");
        profile["keys"].EnumerateArray().Select(k => k.GetProperty("value").GetString()).ShouldContain("+6581234455");
        (await story.FindAsync("New Person")).ShouldNotBeNull();

        // Ours to theirs.
        await story.ChangeAsync(maya, new { name = "Maya Tan-Lim" });
        await story.SyncAsync();
        (crm.Get(theirs.Id)["firstname"], crm.Get(theirs.Id)["lastname"]).ShouldBe(("Maya", "Tan-Lim"));
        // Theirs to ours: told by a webhook.
        crm.Edit(theirs.Id, ("company", "Acme Group"));
        story.Braid.Clock.Advance(TimeSpan.FromSeconds(1));
        (await crm.TellAsync(story.Hook, crm.Happened("contact.propertyChange", theirs.Id))).ShouldBe(200);
        await story.SyncAsync();
        (await story.ReadAsync(maya)).Text("company").ShouldBe("Acme Group");
        // Theirs to ours: the webhook was lost.
        crm.Edit(theirs.Id, ("company", "Acme Holding"));
        await story.LaterAsync();
        (await story.ReadAsync(maya)).Text("company").ShouldBe("Acme Holding");
        // A new customer here is a new contact there.
        await story.CustomerAsync("Omar Aziz", "omar@example.org");
        await story.SyncAsync();
        crm.Records.Single(r => r["email"] == "omar@example.org")["lastname"].ShouldBe("Aziz");
        await story.CustomerAsync("Nobody");
        await story.SyncAsync();
        crm.Records.Count.ShouldBe(3, "who has no address and no number can't be told from others there");

        // And all is quiet now: what comes back of our own changes makes no call to write.
        var writes = Writes(crm);
        (await crm.TellAsync(story.Hook, crm.Happened("contact.propertyChange", theirs.Id, "INTEGRATION", HubSpotCrm.AppId), crm.Happened("contact.propertyChange", theirs.Id))).ShouldBe(200);
        await story.SyncAsync();
        await story.LaterAsync();
        Writes(crm).ShouldBe(writes);
        (await story.StateAsync())["waiting"].GetInt32().ShouldBe(0);
        var records = (await story.Braid.Api.GetJsonAsync($"/customers/{maya}/records"))["items"][0];
        (records.GetProperty("kind").GetString(), records.GetProperty("remoteId").GetString()).ShouldBe(("hubspot", theirs.Id));
    }

    [Theory]
    [InlineData("theirs", "Theirs GmbH", "Theirs GmbH")]
    [InlineData("ours", "Ours Ltd", "Ours Ltd")]
    [InlineData("fillEmpty", "Ours Ltd", "Theirs GmbH")]
    [InlineData("newest", "Theirs GmbH", "Theirs GmbH")]
    public async Task When_both_sides_changed_a_field_its_rule_decides(string rule, string here, string there)
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var id = await story.CustomerAsync("Maya", "maya@example.org");
        var contact = crm.Add(("email", "maya@example.org"), ("firstname", "Maya"), ("company", "Both"));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm), new { rules = new object[] { new { ours = "company", theirs = "company", direction = "both", conflict = rule } } });
        await story.StartSyncAsync();
        (await story.ReadAsync(id)).Text("company").ShouldBe("Both");
        await story.ChangeAsync(id, new { company = "Ours Ltd" });
        story.Braid.Clock.Advance(TimeSpan.FromSeconds(30));
        crm.Edit(contact.Id, ("company", "Theirs GmbH"));
        await story.LaterAsync();
        ((await story.ReadAsync(id)).Text("company"), crm.Get(contact.Id)["company"]).ShouldBe((here, there));
        // A change on one side alone is no conflict, except where neither may be overwritten.
        if (rule == "fillEmpty") { return; }
        crm.Edit(contact.Id, ("company", "Later"));
        await story.LaterAsync();
        (await story.ReadAsync(id)).Text("company").ShouldBe("Later", "even over what an agent wrote: nobody here changed it since");
        await story.ChangeAsync(id, new { company = "Last" });
        await story.SyncAsync();
        crm.Get(contact.Id)["company"].ShouldBe("Last");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Forged_webhooks_are_turned_away_and_removals_and_merges_over_there_lose_nothing_here(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var (one, other) = (crm.Add(("email", "a@example.org"), ("firstname", "Ana")), crm.Add(("email", "b@example.org"), ("firstname", "Anna")));
        var gone = crm.Add(("email", "c@example.org"), ("firstname", "Carl"));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();

        using var forged = new HttpRequestMessage(HttpMethod.Post, story.Hook) { Content = new StringContent("[]") };
        forged.Headers.Add("X-HubSpot-Signature-v3", "AAAA");
        forged.Headers.Add("X-HubSpot-Request-Timestamp", story.Braid.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var client = story.Braid.Client(null);
        (await client.SendAsync(forged)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, new Uri(story.Hook.AbsoluteUri[..^3] + "xyz")) { Content = new StringContent("[]") };
        (await client.SendAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        crm.Remove(gone.Id);
        crm.Merge(other.Id, one.Id);
        var merged = crm.Happened("contact.merge", other.Id);
        (merged["primaryObjectId"], merged["newObjectId"], merged["mergedObjectIds"]) = (long.Parse(one.Id, System.Globalization.CultureInfo.InvariantCulture), long.Parse(one.Id, System.Globalization.CultureInfo.InvariantCulture), new JsonArray(long.Parse(other.Id, System.Globalization.CultureInfo.InvariantCulture)));
        (await crm.TellAsync(story.Hook, crm.Happened("contact.deletion", gone.Id), merged)).ShouldBe(200);
        await story.SyncAsync();
        var carl = await story.FindAsync("Carl");
        (await story.Braid.Api.GetJsonAsync($"/customers/{carl}/records"))["items"][0].GetProperty("state").GetString().ShouldBe("gone");
        var asked = (await story.Braid.Api.GetJsonAsync("/suggestions"))["items"].EnumerateArray().ShouldHaveSingleItem("the CRM says they are one: people here are asked");
        asked.GetProperty("reasons")[0].GetProperty("kind").GetString().ShouldBe("mergedThere");
        (await story.Braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(3);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_hour_of_refusals_garbage_and_a_revoked_token_lose_nothing(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        for (var i = 0; i < 30; i++) { crm.Add(("email", $"p{i}@example.org"), ("firstname", $"P{i}")); }
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        var busy = story.World.Faults.Next(SimulatedProvider.HubSpot, null, new Fault.TooManyRequests(3600), 1);
        await story.StartSyncAsync();
        (await story.StateAsync())["waitUntil"].ValueKind.ShouldNotBe(System.Text.Json.JsonValueKind.Null);
        var calls = crm.CallCount;
        await story.LaterAsync(30);
        crm.CallCount.ShouldBe(calls, "nobody calls before the pause is over");
        busy.Hits.ShouldBe(1);
        story.World.Faults.Next(SimulatedProvider.HubSpot, "list", new Fault.Refusal(200, "<html>not json"), 1);
        story.World.Faults.Next(SimulatedProvider.HubSpot, "list", new Fault.ServerError(502), 2);
        await story.LaterAsync(31);
        await story.LaterAsync(2);
        await story.LaterAsync(2);
        await story.LaterAsync(6);
        var state = await story.StateAsync();
        (state["first"].GetProperty("state").GetString(), state["linked"].GetInt32()).ShouldBe(("done", 30), state.Raw);

        // The token is revoked: it stops, says so, and goes on with another.
        story.World.Faults.Next(SimulatedProvider.HubSpot, null, new Fault.Refusal(401, """{"status":"error","message":"expired","category":"EXPIRED_AUTHENTICATION"}"""), 1);
        var id = await story.CustomerAsync("Late Comer", "late@example.org");
        await story.SyncAsync();
        state = await story.StateAsync();
        (state.Text("state"), crm.Records.Count).ShouldBe(("broken", 30));
        state.Text("trouble").ShouldContain("Renew the token");
        (await story.Braid.Api.PatchJsonAsync($"/integrations/{story.Integration}", new { settings = new { accessToken = HubSpotCrm.Token } })).Is(HttpStatusCode.OK).Text("state").ShouldBe("active");
        await story.SyncAsync();
        crm.Records.Count(r => r["email"] == "late@example.org").ShouldBe(1, "what happened meanwhile was kept");
        id.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_field_that_was_removed_over_there_rests_and_all_others_go_on(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var contact = crm.Add(("email", "maya@example.org"), ("firstname", "Maya"), ("tier", "GOLD"), ("company", "Acme"));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm), new
        {
            rules = new object[] { new { ours = "name", theirs = "firstname lastname" }, new { ours = "email", theirs = "email" }, new { ours = "company", theirs = "company" }, new { ours = "tier", theirs = "tier", words = new Dictionary<string, string> { ["GOLD"] = "vip" } } },
        });
        await story.StartSyncAsync();
        var id = await story.FindAsync("Maya");
        (await story.ReadAsync(id)).Text("tier").ShouldBe("vip", "in our word for theirs");
        await story.ChangeAsync(id, new { tier = "silver" });
        await story.SyncAsync();
        crm.Get(contact.Id)["tier"].ShouldBe("silver", "a word without a pair passes as it is");

        crm.Known.Remove("tier");
        crm.Edit(contact.Id, ("company", "Acme 2"));
        await story.LaterAsync();
        (await story.ReadAsync(id)).Text("company").ShouldBe("Acme 2");
        var state = await story.StateAsync();
        (state.Text("state"), state.Text("trouble")).ShouldBe(("active", "HubSpot has no property tier any more."));
        state["rules"].EnumerateArray().Single(r => r.GetProperty("ours").GetString() == "tier").GetProperty("problem").GetString().ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_cannot_be_done_waits_as_a_dead_letter_and_what_is_doubtful_is_asked(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        story.World.Faults.Next(SimulatedProvider.HubSpot, "create", new Fault.Refusal(400, """{"status":"error","message":"Property values were not valid","correlationId":"c-7","category":"VALIDATION_ERROR"}"""), 1);
        var omar = await story.CustomerAsync("Omar", "omar@example.org");
        var maya = await story.CustomerAsync("Maya", "maya@example.org");
        await story.SyncAsync();
        crm.Records.Select(r => r["email"]).ShouldBe(["maya@example.org"], "one bad record keeps nobody else waiting");
        var dead = (await story.ProblemsAsync()).ShouldHaveSingleItem();
        (dead.GetProperty("state").GetString(), dead.GetProperty("requestId").GetString(), dead.GetProperty("customers")[0].GetProperty("name").GetString()).ShouldBe(("failed", "c-7", "Omar"));
        (await story.StateAsync())["problems"].GetInt32().ShouldBe(1);
        (await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/problems/retry", new { kind = "push", key = dead.GetProperty("key").GetString() })).Is(HttpStatusCode.NoContent);
        await story.SyncAsync();
        crm.Records.Count.ShouldBe(2);
        (await story.ProblemsAsync()).ShouldBeEmpty();

        // A contact with an address that is Omar's, who is linked already, and a number that nobody has.
        var doubtful = crm.Add(("firstname", "Omar"), ("lastname", "Again"), ("phone", "+6591112222"));
        (await story.Braid.Api.PostJsonAsync($"/customers/{omar}/keys", new { kind = "phone", value = "+6591112222" })).Is(HttpStatusCode.OK);
        await story.LaterAsync();
        var asked = (await story.ProblemsAsync()).ShouldHaveSingleItem();
        (asked.GetProperty("state").GetString(), asked.GetProperty("key").GetString()).ShouldBe(("doubtful", doubtful.Id));
        var named = await story.CustomerAsync("Omar the second");
        (await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/problems/retry", new { kind = "pull", key = doubtful.Id, customerId = maya })).Refused(HttpStatusCode.Conflict, "conflict");
        (await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/problems/retry", new { kind = "pull", key = doubtful.Id, customerId = named })).Is(HttpStatusCode.NoContent);
        await story.SyncAsync();
        (await story.Braid.Api.GetJsonAsync($"/customers/{named}/records"))["items"][0].GetProperty("remoteId").GetString().ShouldBe(doubtful.Id);
        (await story.ProblemsAsync()).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Merged_here_both_records_stay_linked_one_is_written_and_the_undoing_parts_them_again(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var (first, second) = (crm.Add(("email", "a@example.org"), ("firstname", "Ana"), ("company", "Acme")), crm.Add(("email", "b@example.org"), ("firstname", "Anna")));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        var (one, other) = (await story.FindAsync("Ana"), await story.FindAsync("Anna"));
        var merge = (await story.Braid.Api.PostJsonAsync($"/customers/{one}/merge", new { with = other })).Status;
        merge.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        await story.SyncAsync();
        var records = (await story.Braid.Api.GetJsonAsync($"/customers/{one}/records"))["items"];
        records.GetArrayLength().ShouldBe(2);
        await story.ChangeAsync(one, new { company = "Together" });
        await story.SyncAsync();
        await story.LaterAsync();
        new[] { crm.Get(first.Id)["company"], crm.Get(second.Id)["company"] }.Count(c => c == "Together").ShouldBe(1, "one record is written to");
        var links = (await story.Braid.Api.GetJsonAsync($"/customers/{one}/merges"))["items"];
        (await story.Braid.Api.PostJsonAsync($"/customers/{one}/merges/{links[0].GetProperty("id").GetString()}/undo")).Is(HttpStatusCode.OK);
        await story.SyncAsync();
        var apart = await Task.WhenAll(new[] { one, other }.Select(async c => (await story.Braid.Api.GetJsonAsync($"/customers/{c}/records"))["items"].EnumerateArray().Single().GetProperty("remoteId").GetString()));
        apart.ShouldBe([first.Id, second.Id]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_is_erased_here_is_erased_there_and_no_row_of_theirs_stays(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var contact = crm.Add(("email", "maya@example.org"), ("firstname", "Canary"), ("lastname", "Quetzal"));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        var id = await story.FindAsync("Canary");
        (await story.Braid.Api.PostJsonAsync($"/customers/{id}/erase", new { confirm = "Canary Quetzal" })).Is(HttpStatusCode.OK);
        await story.SyncAsync();
        crm.Erased.ShouldContain(contact.Id);
        (await story.Braid.WithDbAsync(db => db.Set<RecordLink>().CountAsync())).ShouldBe(0);
        (await story.Braid.WithDbAsync(db => db.Set<SyncWork>().CountAsync())).ShouldBe(0);
        await story.LaterAsync();
        (await story.Braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(0, "and does not come back");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Who_was_erased_does_not_come_back_while_the_other_system_still_has_them(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var shop = await ShopifyShop.StartAsync(story.World);
        var customer = shop.Add(("firstName", "Maya"), ("lastName", "Tan"), ("email", "maya@example.org"));
        await story.ConnectAsync("shopify", new { shop = "tarn.myshopify.com", accessToken = ShopifyShop.Token, clientSecret = ShopifyShop.Secret, apiBaseUrl = shop.Url.AbsoluteUri });
        await story.StartSyncAsync();
        (await story.Braid.Api.PostJsonAsync($"/customers/{await story.FindAsync("Maya")}/erase")).Is(HttpStatusCode.OK);
        shop.Edit(customer.Id, ("note", "Changed"));
        await story.LaterAsync();
        (await story.Braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(0);
        var asked = (await story.ProblemsAsync()).ShouldHaveSingleItem();
        (asked.GetProperty("kind").GetString(), asked.GetProperty("error").GetString()).ShouldBe(("erase", "Shopify can't be asked to erase. Do it there."));
        // An admin did it there, and says so.
        shop.Remove(customer.Id);
        (await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/problems/drop", new { kind = "erase", key = customer.Id })).Is(HttpStatusCode.NoContent);
        await story.LaterAsync();
        (await story.Braid.Api.GetJsonAsync("/customers"))["items"].GetArrayLength().ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_was_written_there_although_no_answer_came_is_not_written_twice(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        story.World.Faults.Next(SimulatedProvider.HubSpot, "create", new Fault.ResetAfter());
        var id = await story.CustomerAsync("Omar Aziz", "omar@example.org");
        await story.SyncAsync();
        await story.LaterAsync(1);
        crm.Records.Count(r => r["email"] == "omar@example.org").ShouldBe(1);
        (await story.Braid.Api.GetJsonAsync($"/customers/{id}/records"))["items"].GetArrayLength().ShouldBe(1, "found by its address, and linked");
        story.World.Faults.Next(SimulatedProvider.HubSpot, "update", new Fault.ResetAfter());
        await story.ChangeAsync(id, new { company = "Acme" });
        await story.SyncAsync();
        await story.LaterAsync(1);
        crm.Records.Single(r => r["email"] == "omar@example.org")["company"].ShouldBe("Acme");
        (await story.ProblemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_systems_that_undo_each_others_work_are_stopped()
    {
        await using var story = await CrmStory.StartAsync("Sqlite");
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var contact = crm.Add(("email", "maya@example.org"), ("firstname", "Maya"), ("company", "A"));
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        for (var i = 0; i < SyncRecord.BrakeChanges + 3; i++)
        {
            crm.Edit(contact.Id, ("company", $"Robot {i}"));
            await crm.TellAsync(story.Hook, crm.Happened("contact.propertyChange", contact.Id));
            await story.SyncAsync(2);
        }

        var stopped = (await story.ProblemsAsync()).ShouldHaveSingleItem();
        stopped.GetProperty("state").GetString().ShouldBe("stopped");
        (await story.Braid.Api.PostJsonAsync($"/integrations/{story.Integration}/problems/retry", new { })).Is(HttpStatusCode.NoContent);
        await story.LaterAsync();
        (await story.ReadAsync(await story.FindAsync("Maya"))).Text("company").ShouldBe($"Robot {SyncRecord.BrakeChanges + 2}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_any_edits_on_both_sides_both_sides_agree_and_then_fall_silent(int seed)
    {
        await using var story = await CrmStory.StartAsync(seed % 2 == 0 ? "Sqlite" : "Postgres");
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        var random = new Random(seed);
        for (var i = 0; i < 5; i++) { crm.Add(("email", $"p{i}@example.org"), ("firstname", $"First{i}"), ("lastname", $"Last{i}")); }
        await story.ConnectAsync("hubspot", HubSpotSettings(crm));
        await story.StartSyncAsync();
        var ids = (await story.Braid.Api.GetJsonAsync("/customers"))["items"].EnumerateArray().Select(c => c.GetProperty("id").GetString()!).ToList();
        string[] companies = ["Acme", "Burg", "Cobalt", "Dune"];
        string[] names = ["Ana Lima", "Bo Chen", "Cy Dahl"];
        for (var step = 0; step < 25; step++)
        {
            var contact = crm.Records[random.Next(crm.Records.Count)];
            var id = ids[random.Next(ids.Count)];
            switch (random.Next(5))
            {
                case 0: crm.Edit(contact.Id, ("company", companies[random.Next(4)])); break;
                case 1: var name = names[random.Next(3)].Split(' '); crm.Edit(contact.Id, ("firstname", name[0]), ("lastname", name[1])); break;
                case 2: await story.ChangeAsync(id, new { company = companies[random.Next(4)] }); break;
                case 3: await story.ChangeAsync(id, new { name = names[random.Next(3)] }); break;
                default: story.World.Faults.Next(SimulatedProvider.HubSpot, null, random.Next(2) == 0 ? new Fault.ServerError(502) : new Fault.ResetBefore()); break;
            }

            if (random.Next(2) == 0) { await story.SyncAsync(1); }
            story.Braid.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 4)));
        }

        story.World.Faults.Clear();
        for (var i = 0; i < 3; i++) { await story.LaterAsync(15); }
        foreach (var id in ids)
        {
            var (ours, record) = (await story.ReadAsync(id), (await story.Braid.Api.GetJsonAsync($"/customers/{id}/records"))["items"][0].GetProperty("remoteId").GetString()!);
            var theirs = crm.Get(record);
            ($"{theirs["firstname"]} {theirs["lastname"]}", theirs["company"]).ShouldBe((ours.Text("name"), ours["company"].GetString()));
        }

        var writes = Writes(crm);
        await story.LaterAsync();
        await story.LaterAsync();
        Writes(crm).ShouldBe(writes, "agreed is agreed");
        (await story.ProblemsAsync()).ShouldBeEmpty();
    }

    private static int Writes(HubSpotCrm crm) => crm.Calls.GetValueOrDefault("update") + crm.Calls.GetValueOrDefault("create");
}
