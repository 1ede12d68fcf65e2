using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>An admin sets up teams, builds a rule, tries it on last week, publishes it, and sees why a conversation came to whom it came.</summary>
[Collection(InABrowser.Name)]
public sealed class RoutingTests(Chromium chromium)
{
    [Fact]
    public async Task A_rule_is_built_tried_on_last_week_published_and_explained()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        await shop.World.WhatsApp.Person("966512300041", "Sara Haddad").WritesAsync("I want a refund for the kettle");
        var before = (await shop.Desk.ConversationSayingAsync("I want a refund for the kettle")).Id();

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync("/app/settings/teams");
        await tab.Button("Add a team").ClickAsync();
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Money");
        await dialog.GetByLabel("Who is in it").First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option).First.ClickAsync();
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).ClickAsync();
        await tab.IsAccessibleAsync("a team");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Tab.SeesAsync(tab.Button("Money"));
        await tab.IsAccessibleAsync("teams");

        await tab.Page.GotoAsync("/app/settings/routing");
        await Tab.SeesAsync(tab.Text("Nothing is assigned by itself yet"));
        await tab.Button("Add a rule").ClickAsync();
        await tab.Field("Name of the rule").FillAsync("Refunds");
        await tab.Page.GetByLabel("What is asked").First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "message", Exact = true }).ClickAsync();
        await tab.Page.GetByLabel("Value of message").First.FillAsync("refund");
        await tab.PressAsync("Enter");
        await tab.Page.GetByLabel("Team", new() { Exact = true }).First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "Money" }).ClickAsync();
        await Tab.SeesAsync(tab.Text("message contains refund → Money"));
        await tab.IsAccessibleAsync("a rule");

        await tab.Button("Try it").ClickAsync();
        await Tab.SeesAsync(tab.Text("Conversations: 1, in"));
        await Tab.SeesAsync(tab.Text("1 tried"));
        await tab.IsAccessibleAsync("a comparison");
        await tab.ShootAsync("routing");

        await tab.Button("Publish").ClickAsync();
        dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "What changed" }).FillAsync("Refunds to Money");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Tab.SeesAsync(tab.Text("Version 1 is live"));

        // Who waited already is placed as well as who writes next.
        await shop.Desk.SeesAsync($"/conversations/{before}", c => c.GetProperty("assignee") is { ValueKind: System.Text.Json.JsonValueKind.Object }, "an agent for who waited");
        await shop.World.WhatsApp.Person("966512300042", "Omar Saleh").WritesAsync("Where is my refund?");
        var talk = await shop.Desk.ConversationSayingAsync("Where is my refund?");
        await shop.Desk.SeesAsync($"/conversations/{talk.Id()}", c => c.GetProperty("assignee") is { ValueKind: System.Text.Json.JsonValueKind.Object }, "its agent");
        await tab.Page.GotoAsync("/app/inbox/" + talk.Id());
        await Tab.SeesAsync(tab.Text("Routed to"));
        await tab.Button("Why?").ClickAsync();
        await Tab.SeesAsync(tab.Text("“Refunds” matched. message contains refund."));
        await Tab.SeesAsync(tab.Page.GetByText("Chosen", new() { Exact = true }));
        await tab.IsAccessibleAsync("why");
        await tab.ShootAsync("why");
    }

    [Fact]
    public async Task A_supervisor_watches_the_queue_and_gives_a_conversation_to_somebody()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var team = (await shop.Desk.PostAsync("/teams", new { name = "Away today" }, System.Net.HttpStatusCode.Created)).Id();
        await shop.Desk.Api.CallAsync(HttpMethod.Put, "/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { teamId = team } });
        await shop.Desk.PostAsync("/routing/publish");
        await shop.World.WhatsApp.Person("966512300041", "Sara Haddad").WritesAsync("Is anybody there?");
        var talk = (await shop.Desk.ConversationSayingAsync("Is anybody there?")).Id();

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync("/app/queues");
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Sara Haddad" }));
        await tab.IsAccessibleAsync("the live view");
        await tab.ShootAsync("queues");
        await tab.Button("Assign Sara Haddad").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Menuitem).First.ClickAsync();
        await Tab.SeesAsync(tab.Text("Nobody waits"));
        await shop.Desk.SeesAsync($"/conversations/{talk}", c => c.GetProperty("assignee") is { ValueKind: System.Text.Json.JsonValueKind.Object }, "its agent");
    }
}
