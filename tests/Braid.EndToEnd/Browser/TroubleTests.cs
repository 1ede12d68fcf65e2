using Braid.Testing;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>What an agent sees when something is wrong.</summary>
[Collection(InABrowser.Name)]
public sealed class TroubleTests(Chromium chromium)
{
    [Fact]
    public async Task While_the_database_is_away_the_agent_is_told_and_what_was_written_leaves_later()
    {
        Chromium.Require();
        Assert.SkipWhen(PostgresServer.Binaries is null && !MailServers.MustRun, "PostgreSQL is not installed: the notice about a database that is away was not looked at.");
        var ct = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var shop = await Shop.StartAsync(TestEngine.Postgres, server.ConnectionString(await server.CreateDatabaseAsync()));
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("Anybody there?");
        var conversation = (await shop.Desk.ConversationSayingAsync("Anybody there?")).Id();
        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        tab.ExpectsTrouble();
        await tab.SignInAsync();
        await tab.Page.GotoAsync($"/app/inbox/{conversation}");
        await Tab.SeesAsync(tab.Thread.GetByText("Anybody there?"));

        await server.StopAsync();
        await tab.Box("Reply to Sara").FillAsync("Yes, in a moment.");
        await tab.Button("Send").ClickAsync();
        await Tab.SeesAsync(tab.Text("The database is not reachable."));
        await Tab.SeesAsync(tab.Thread.GetByText("Yes, in a moment."));
        await tab.ShootAsync("database-away");

        await server.StartAgainAsync();
        (await sara.Received.WaitForAsync(r => r.Kind == "text", ct)).Text.ShouldBe("Yes, in a moment.");
        await Tab.SeesNoMoreAsync(tab.Text("The database is not reachable."));
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        sara.Received.Items.Count(r => r.Kind == "text").ShouldBe(1, "once");
    }

    [Fact]
    public async Task An_unproven_sender_is_marked_and_a_closed_window_says_so()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var box = shop.World.Mail.Mailbox(Shop.Mailbox, "kettle");
        await shop.MailAsync(shop.World.Mail.ImapPort, shop.World.Mail.SmtpPort, box.Password);
        await shop.World.WhatsApp.Person("966512300041", "Sara").WritesAsync("Long ago", at: TimeProvider.System.GetUtcNow().AddHours(-30));
        var old = (await shop.Desk.ConversationSayingAsync("Long ago")).Id();
        await shop.World.Mail.Person("Omar", "omar@customers.example").WritesAsync(Shop.Mailbox, "Hello", "Who am I really?", proven: false, ct: TestContext.Current.CancellationToken);
        var unproven = (await shop.Desk.ConversationSayingAsync("Who am I really?")).Id();

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await Tab.SeesAsync(tab.Text("Not verified").First);
        await tab.Page.GotoAsync($"/app/inbox/{unproven}");
        await Tab.SeesAsync(tab.Text("Sender not verified").First);
        await tab.IsAccessibleAsync("an unproven mail");
        await tab.ShootAsync("unproven");
        await tab.Page.GotoAsync($"/app/inbox/{old}");
        await Tab.SeesAsync(tab.Text("The 24-hour window closed. Use a template or another channel."));
        await tab.Button("Use a template").ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Dialog).GetByText("still_there").First);
        await tab.IsAccessibleAsync("the templates");
        await tab.ShootAsync("window-closed");
    }
}
