using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>An agent opens a ticket by keyboard, solves it and takes that back; the customer is asked how it was and answers.</summary>
[Collection(InABrowser.Name)]
public sealed class TicketTests(Chromium chromium)
{
    [Fact]
    public async Task A_ticket_is_opened_by_keyboard_solved_and_reopened_by_undo()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        await shop.World.WhatsApp.Person("966512300041", "Sara Haddad").WritesAsync("The lid does not fit");
        var conversation = (await shop.Desk.ConversationSayingAsync("The lid does not fit")).Id();

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync($"/app/inbox/{conversation}");
        await Tab.SeesAsync(tab.Thread.GetByText("The lid does not fit"));
        await shop.Desk.PostAsync("/saved-replies", new { name = "Lid", text = "Hello {firstName}, a new lid is on its way." }, System.Net.HttpStatusCode.Created);
        var box = tab.Page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Reply|Answer", System.Text.RegularExpressions.RegexOptions.IgnoreCase) }).First;
        await box.PressSequentiallyAsync("/");
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync("new lid");
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Dialog).GetByText("Lid", new() { Exact = true }));
        await tab.IsAccessibleAsync("saved replies");
        await tab.PressAsync("Enter");
        await Assertions.Expect(box).ToHaveValueAsync("Hello Sara, a new lid is on its way.");
        await tab.Button("Saved replies").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Assertions.Expect(box).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("on its way.*on its way"));
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Log).GetByText("on its way")).ToHaveCountAsync(0);
        // A fresh page: the keys are not for the box.
        await tab.Page.GotoAsync($"/app/inbox/{conversation}");
        await Tab.SeesAsync(tab.Thread.GetByText("The lid does not fit"));
        await tab.PressAsync("t");
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Description" }).FillAsync("Send a lid of the new size");
        await tab.IsAccessibleAsync("opening a ticket");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open a ticket" }).ClickAsync();
        await Tab.SeesAsync(tab.Thread.GetByText("opened ticket #1"));
        await tab.Page.GotoAsync("/app/tickets");
        await tab.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Link, new() { Name = "The lid does not fit" }).ClickAsync();
        await Tab.SeesAsync(tab.Box("Description"));
        await tab.IsAccessibleAsync("a ticket");
        await tab.ShootAsync("ticket");
        await tab.Button("Solve").ClickAsync();
        await Tab.SeesAsync(tab.Button("Reopen"));
        await tab.Button("Undo").ClickAsync();
        await Tab.SeesAsync(tab.Button("Solve"));
        (await shop.Desk.GetAsync("/tickets")).List()[0].Text("status").ShouldBe("open");
    }

    [Fact]
    public async Task A_customer_answers_the_survey_and_it_stands_in_their_profile()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        await shop.Desk.Api.CallAsync(HttpMethod.Put, "/surveys/settings", new { on = true, question = "How was it?", delayMinutes = 0 });
        await shop.World.WhatsApp.Person("966512300041", "Sara Haddad").WritesAsync("Where is my kettle?");
        var talk = await shop.Desk.ConversationSayingAsync("Where is my kettle?");
        await shop.Desk.AnswersAsync(talk.Id(), "whatsapp", "It leaves today.");
        await shop.Desk.PostAsync($"/conversations/{talk.Id()}/resolve");
        var asked = await shop.Desk.MessageAsync(talk.Id(), m => m.Text("text")?.StartsWith("How was it?", StringComparison.Ordinal) == true, "the question");

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.Page.GotoAsync(new Uri(asked.Text("text")!.Split('\n')[1]).AbsolutePath);
        await tab.IsAccessibleAsync("a survey");
        await tab.ShootAsync("survey");
        await tab.Page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^5") }).CheckAsync(new() { Force = true });
        await tab.Page.GetByRole(AriaRole.Textbox).FillAsync("Quick and kind");
        await tab.Button("Send").ClickAsync();
        await Tab.SeesAsync(tab.Text("Thank you"));
        await tab.Page.GotoAsync("/app/");
        await tab.SignInAsync();
        await tab.Page.GotoAsync($"/app/customers/{talk.GetProperty("customer").Id()}");
        await Tab.SeesAsync(tab.Text("Rated 5/5: Quick and kind"));
        await Tab.SeesAsync(tab.Text("5 of 5"));
    }
}
