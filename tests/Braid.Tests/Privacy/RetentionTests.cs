using System.Net;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Privacy;
using Braid.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Privacy;

/// <summary>Conversations go when their inbox's days are over, unless the law says that they stay.</summary>
public class RetentionTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Resolved_conversations_go_when_the_days_of_all_their_inboxes_are_over(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        var (kept, other) = (await spine.ConnectAsync("chat"), await spine.ConnectAsync("mail"));
        await spine.WritesAsync(kept, Spine.Says("m1", "Old and done", "kim"), Spine.Says("m2", "Old and held", "lee"), Spine.Says("m3", "Old and open", "max"));
        await spine.WritesAsync(other, Spine.Says("m4", "Elsewhere", "kay"));
        await spine.Braid.WithDbAsync(async db =>
        {
            await db.Set<Inbox>().Where(i => i.Id == kept.Id).ExecuteUpdateAsync(set => set.SetProperty(i => i.KeepMessagesDays, 60));
            var now = spine.Now;
            await db.Set<Conversation>().Where(c => db.Set<Message>().Any(m => m.ConversationId == c.Id && m.Text != "Old and open")).ExecuteUpdateAsync(set => set.SetProperty(c => c.Status, ConversationStatus.Resolved).SetProperty(c => c.ResolvedAt, now).SetProperty(c => c.Joins, (string?)null));
            var lee = await db.Set<Identity>().Where(i => i.ExternalId == "lee").Select(i => i.CustomerId).SingleAsync();
            return await db.Set<Customer>().Where(c => c.Id == lee).ExecuteUpdateAsync(set => set.SetProperty(c => c.LegalHold, true));
        });
        var done = (await spine.MessagesAsync()).Single(m => m.Text == "Old and done").ConversationId;
        var gone = (await spine.ConversationsAsync()).Single(c => c.Id == done);
        var ticket = (await spine.Braid.Api.PostJsonAsync("/tickets", new { conversationId = gone.Id.ToString() })).Is(HttpStatusCode.Created).Text("id");
        await spine.Braid.WithDbAsync(async db =>
        {
            db.Add(new Braid.Surveys.Survey { WorkspaceId = gone.WorkspaceId, CustomerId = gone.CustomerId, ConversationId = gone.Id, Token = "t", Comment = "Old and done, too", CreatedAt = spine.Now });
            return await db.SaveChangesAsync();
        });
        var keep = spine.Braid.Services.GetRequiredService<KeepMessages>();
        (await keep.RunAsync(CancellationToken.None)).ShouldBe(0, "their days are not over");
        await spine.PassAsync(TimeSpan.FromDays(61));
        (await keep.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await spine.MessagesAsync()).Select(m => m.Text).Order().ShouldBe(["Elsewhere", "Old and held", "Old and open"]);
        (await spine.Braid.WithDbAsync(db => db.Set<DeliveryEvent>().CountAsync(e => e.ExternalId == "m1"))).ShouldBe(0);
        (await spine.Braid.WithDbAsync(db => db.Set<Braid.Surveys.Survey>().CountAsync())).ShouldBe(0, "their words about it go with it");
        (await spine.Braid.Api.GetJsonAsync($"/tickets/{ticket}")).Is(HttpStatusCode.OK)["conversationId"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "the work stays, without what is gone");
        // Who was forgotten writes again: a new conversation on the old thread.
        await spine.WritesAsync(kept, Spine.Says("m5", "Hello again", "kim"));
        var again = (await spine.MessagesAsync()).Single(m => m.Text == "Hello again");
        (await spine.ConversationsAsync()).Single(c => c.Id == again.ConversationId).Status.ShouldBe(ConversationStatus.Open);
        (await keep.RunAsync(CancellationToken.None)).ShouldBe(0);
        (await spine.CustomersAsync()).Count.ShouldBe(4, "profiles stay");
    }

    [Fact]
    public async Task The_days_and_the_region_are_settings_of_the_inbox()
    {
        await using var braid = await Braid.Testing.TestBraid.StartAsync(Braid.Testing.TestEngine.Sqlite);
        var made = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "echo", name = "Echo", settings = new { secret = "an-echo-secret" }, keepMessagesDays = 365, region = "sg" })).Is(HttpStatusCode.Created);
        (made["keepMessagesDays"].GetInt32(), made.Text("region")).ShouldBe((365, "SG"));
        (await braid.Api.PatchJsonAsync($"/inboxes/{made.Text("id")}", new { keepMessagesDays = 7 })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await braid.Api.PatchJsonAsync($"/inboxes/{made.Text("id")}", new { keepMessagesDays = 0 })).Is(HttpStatusCode.OK)["keepMessagesDays"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
