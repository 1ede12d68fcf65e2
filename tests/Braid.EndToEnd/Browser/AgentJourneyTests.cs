using Microsoft.Playwright;
using Braid.Testing;

namespace Braid.EndToEnd.Browser;

/// <summary>An agent's day, in a real browser.</summary>
[Collection(InABrowser.Name)]
public sealed class AgentJourneyTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_first_message_to_the_last_tick()
    {
        Chromium.Require();
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var box = shop.World.Mail.Mailbox(Shop.Mailbox, "kettle");
        await shop.MailAsync(shop.World.Mail.ImapPort, shop.World.Mail.SmtpPort, box.Password);
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("My kettle arrived without its lid");
        var conversation = await shop.Desk.ConversationSayingAsync("My kettle arrived without its lid");
        await shop.Desk.PostAsync($"/customers/{conversation.GetProperty("customer").Id()}/keys", new { kind = "email", value = "sara@customers.example" });

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sara") }).ClickAsync();
        await Tab.SeesAsync(tab.Thread.GetByText("My kettle arrived without its lid"));

        // What comes while one looks, comes by itself.
        await sara.WritesAsync("It is the blue one");
        await Tab.SeesAsync(tab.Thread.GetByText("It is the blue one"));

        // An answer, and its way to her eyes.
        await tab.Box("Reply to Sara").FillAsync("A blue lid leaves today.");
        await tab.Button("Send").ClickAsync();
        var shown = await sara.Received.WaitForAsync(r => r.Text == "A blue lid leaves today.", ct);
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        await sara.ReadsAsync(shown);
        await Tab.SeesAsync(tab.Thread.GetByText("Read", new() { Exact = false }).Last);
        await tab.ShootAsync("journey-read");

        // The same conversation, another channel.
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^WhatsApp$") }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new("Email") }).ClickAsync();
        await tab.Field("Subject").FillAsync("Your lid");
        await tab.Box("Reply to Sara").FillAsync("The invoice follows by mail.");
        await tab.Button("Send").ClickAsync();
        var mail = await shop.World.Mail.Sent.WaitForAsync(m => m.Subject == "Your lid", ct);
        mail.Recipients.ShouldBe(["sara@customers.example"]);
        await Tab.SeesAsync(tab.Thread.GetByText("The invoice follows by mail."));

        // A word among colleagues.
        await tab.Button("Note").ClickAsync();
        await tab.Box("Note for your team").FillAsync("She is a regular.");
        await tab.Button("Add note").ClickAsync();
        await Tab.SeesAsync(tab.Thread.GetByText("She is a regular."));
        sara.Received.Items.ShouldAllBe(r => r.Text != "She is a regular.");

        // Assign, resolve and think better of it, snooze.
        await tab.Button("Assign").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("you$") }).ClickAsync();
        await Tab.SeesAsync(tab.Text("Assigned to you"));
        await tab.Button("Resolve").ClickAsync();
        await Tab.SeesAsync(tab.Button("Reopen"));
        await tab.Button("Undo").ClickAsync();
        await Tab.SeesAsync(tab.Button("Resolve"));
        await tab.Button("Snooze").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new("Tomorrow morning") }).ClickAsync();
        await shop.Desk.SeesAsync($"/conversations/{conversation.Id()}", c => c.Text("status") == "snoozed" && c.GetProperty("assignee").ValueKind != System.Text.Json.JsonValueKind.Null, "it snoozed and assigned");
        await Tab.SeesAsync(tab.Thread.GetByText("Until", new() { Exact = false }).First);
    }

    [Fact]
    public async Task An_inbox_is_added_by_its_form_and_a_delivery_is_traced()
    {
        Chromium.Require();
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Connect a channel" }).First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Telegram") }).ClickAsync();
        await tab.Field("Bot token").FillAsync("not a token");
        await tab.Button("Generate").ClickAsync();
        await tab.Button("Save and check").ClickAsync();
        await Tab.SeesAsync(tab.Text("This is not a bot token."));
        (await shop.Desk.GetAsync("/inboxes")).List().ShouldBeEmpty("nothing wrong is saved");
        await tab.ShootAsync("inbox-error");

        await tab.Field("Bot token").FillAsync(shop.World.Telegram.Bot.Token);
        await tab.Button("More settings").ClickAsync();
        await tab.Field("API address").FillAsync(shop.World.Telegram.Url.GetLeftPart(UriPartial.Authority));
        await tab.Button("Save and check").ClickAsync();
        await Tab.SeesAsync(tab.Button("Check again"));
        var inbox = (await shop.Desk.GetAsync("/inboxes")).List().ShouldHaveSingleItem();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Open its settings" }).ClickAsync();
        await Tab.SeesAsync(tab.Text(inbox.Text("webhookUrl")!).First);
        await tab.ShootAsync("inbox-settings");

        // What came in is found by the provider's own id.
        await shop.WhatsAppAsync();
        var said = await shop.World.WhatsApp.Person("966512300041", "Sara").WritesAsync("Where is my lid?");
        await said.Acknowledged.WaitAsync(ct);
        await shop.Desk.ConversationSayingAsync("Where is my lid?");
        await tab.Page.GotoAsync("/app/deliveries");
        await tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Provider's id or delivery id" }).FillAsync(said.Id);
        await tab.PressAsync("Enter");
        await Tab.SeesAsync(tab.Text(said.Id).First);
        await tab.Page.GetByRole(AriaRole.Row).Last.GetByRole(AriaRole.Link).ClickAsync();
        await Tab.SeesAsync(tab.Text("From receipt to screen"));
        await tab.ShootAsync("delivery");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Open the conversation" }).First.ClickAsync();
        await Tab.SeesAsync(tab.Thread.GetByText("Where is my lid?"));
    }

    [Fact]
    public async Task Without_a_mouse()
    {
        Chromium.Require();
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        foreach (var (phone, name, text) in (IEnumerable<(string, string, string)>)[("966512300041", "Sara", "First"), ("966512300042", "Omar", "Second")])
        {
            await shop.World.WhatsApp.Person(phone, name).WritesAsync(text);
            await shop.Desk.ConversationSayingAsync(text);
        }

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sara") }));
        await tab.PressAsync("j");
        await Tab.SeesAsync(tab.Thread);
        var first = await tab.Thread.GetAttributeAsync("aria-label");
        await tab.PressAsync("j");
        await Assertions.Expect(tab.Thread).Not.ToHaveAttributeAsync("aria-label", first!);
        await tab.PressAsync("k");
        await Assertions.Expect(tab.Thread).ToHaveAttributeAsync("aria-label", first!);

        await tab.PressAsync("r");
        var name1 = first!["Conversation with ".Length..];
        await Assertions.Expect(tab.Box($"Reply to {name1}")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("jkr: letters stay letters in a field");
        await tab.PressAsync("Control+Enter");
        var person = shop.World.WhatsApp.Person(name1 == "Sara" ? "966512300041" : "966512300042", name1);
        (await person.Received.WaitForAsync(r => r.Kind == "text", ct)).Text.ShouldBe("jkr: letters stay letters in a field");
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        await tab.PressAsync("Escape");
        await tab.PressAsync("e");
        await Tab.SeesAsync(tab.Button("Reopen").Or(tab.Text("Resolved").First).First);
    }
}
