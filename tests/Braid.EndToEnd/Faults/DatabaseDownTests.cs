using System.Net;
using System.Text.Json;
using Braid.Testing;

namespace Braid.EndToEnd.Faults;

public sealed class DatabaseDownTests
{
    [Fact]
    public async Task While_the_database_is_away_providers_are_asked_to_come_again_and_nothing_is_lost()
    {
        Assert.SkipWhen(PostgresServer.Binaries is null && !MailServers.MustRun, "PostgreSQL is not installed: a database that goes away was not tested.");
        var ct = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync();
        await using var shop = await Shop.StartAsync(TestEngine.Postgres, server.ConnectionString(await server.CreateDatabaseAsync()));
        var inbox = await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await (await sara.WritesAsync("Before")).Acknowledged;
        var conversation = (await shop.Desk.ConversationSayingAsync("Before")).Id();

        await server.StopAsync();
        var said = await sara.WritesAsync("Meanwhile");
        var turnedAway = await shop.World.Webhooks.WaitForAsync(w => w.Status == 503, ct);
        turnedAway.Address.ShouldBe(new Uri(inbox.Text("webhookUrl")!));
        var problem = await shop.Braid.Api.ReadAsync("/conversations", HttpStatusCode.ServiceUnavailable);
        problem.Text("code").ShouldBe("database_unavailable");
        problem.Text("detail").ShouldNotBeNullOrWhiteSpace();
        using (var ready = await shop.Braid.Api.GetAsync(new Uri("/health/ready", UriKind.Relative), ct))
        {
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            JsonSerializer.Deserialize<JsonElement>(await ready.Content.ReadAsStringAsync(ct)).Text("database").ShouldBe("down");
        }

        using (var live = await shop.Braid.Api.GetAsync(new Uri("/health/live", UriKind.Relative), ct)) { live.StatusCode.ShouldBe(HttpStatusCode.OK); }

        await server.StartAgainAsync();
        await said.Acknowledged.WaitAsync(TimeSpan.FromSeconds(60), ct);
        await shop.Desk.MessageAsync(conversation, m => m.Text("text") == "Meanwhile", "what was said meanwhile");
        var answer = await shop.Desk.AnswersAsync(conversation, "whatsapp", "We are back");
        await shop.Desk.StatusAsync(conversation, answer.Id(), "delivered");
        (await shop.Desk.GetAsync($"/conversations/{conversation}/messages")).List().Count.ShouldBe(3);
    }
}
