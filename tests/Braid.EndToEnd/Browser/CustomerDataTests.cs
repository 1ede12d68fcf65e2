using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>An admin adds a field and a segment that gives a tier, and finds the people and the talk of a company.</summary>
[Collection(InABrowser.Name)]
public sealed class CustomerDataTests(Chromium chromium)
{
    [Fact]
    public async Task A_field_and_a_segment_are_added_and_a_company_shows_all_its_people()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara Haddad");
        await sara.WritesAsync("My kettle arrived without its lid");
        var customer = (await shop.Desk.ConversationSayingAsync("My kettle arrived without its lid")).GetProperty("customer").Id();
        await shop.Desk.PatchAsync($"/customers/{customer}", new { company = "Haddad Trading" });
        var omar = (await shop.Desk.PostAsync("/customers", new { name = "Omar Saleh" }, System.Net.HttpStatusCode.Created)).Id();
        await shop.Desk.PatchAsync($"/customers/{omar}", new { company = "HADDAD trading" });

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync("/app/settings/customer-data");
        await tab.Button("Add a field").ClickAsync();
        var dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Spent this year");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Textbox, new() { Name = "Key" })).ToHaveValueAsync("spentThisYear");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a field" }).ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Cell, new() { Name = "Spent this year", Exact = true }));

        await tab.Button("Add a segment").First.ClickAsync();
        dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Traders");
        await dialog.GetByLabel("Field", new() { Exact = true }).First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Option, new() { Name = "Company" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Value" }).FillAsync("haddad trading");
        await Tab.SeesAsync(dialog.GetByText("2 customers"));
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Gives the tier" }).FillAsync("gold");
        await tab.IsAccessibleAsync("a segment");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Tab.SeesAsync(tab.Button("Traders"));
        await tab.IsAccessibleAsync("customer data");
        await tab.ShootAsync("customer-data");

        await tab.Page.GotoAsync("/app/customers/" + customer);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Haddad Trading" }).ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Omar Saleh" }));
        await Tab.SeesAsync(tab.Text("My kettle arrived without its lid").First);
        await tab.IsAccessibleAsync("a company");
        await tab.ShootAsync("company");
        var gold = (await shop.Desk.PostAsync("/segments", new { name = "Gold", rule = new { match = "all", conditions = new[] { new { field = "tier", @is = "is", value = "gold" } } } }, System.Net.HttpStatusCode.Created)).Id();
        await shop.Desk.FindsAsync($"/customers?segment={gold}", c => c.Id() == customer, "a customer with the segment's tier");
    }

    [Fact]
    public async Task An_agent_gives_somebody_a_picture_and_takes_it_off_again()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        var customer = (await shop.Desk.PostAsync("/customers", new { name = "Omar Saleh" }, System.Net.HttpStatusCode.Created)).Id();
        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync("/app/customers/" + customer);
        await tab.Button("More actions").First.ClickAsync();
        var chooser = await tab.Page.RunAndWaitForFileChooserAsync(() => tab.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Add a picture…" }).ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "omar.png", MimeType = "image/png", Buffer = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==") });
        await Tab.SeesAsync(tab.Page.Locator(".b-av img"));
        await shop.Desk.SeesAsync($"/customers/{customer}", c => c.Text("photoId") is not null, "the picture");

        await tab.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Remove picture" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator(".b-av img")).ToHaveCountAsync(0);
        await tab.IsAccessibleAsync("a profile without a picture");
    }
}
