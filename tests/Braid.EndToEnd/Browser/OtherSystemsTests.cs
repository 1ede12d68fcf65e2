using Braid.Simulator;
using Braid.Simulator.Crm;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>A CRM is connected, tried, started and mended by somebody who sees only the screens.</summary>
[Collection(InABrowser.Name)]
public sealed class OtherSystemsTests(Chromium chromium)
{
    [Fact]
    public async Task A_crm_is_connected_tried_started_and_its_problem_solved()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await using var crm = await HubSpotCrm.StartAsync(shop.World);
        var known = (await shop.Desk.PostAsync("/customers", new { name = "Sara Haddad", keys = new[] { new { kind = "email", value = "sara@customers.example" } } }, System.Net.HttpStatusCode.Created)).Id();
        var contact = crm.Add(("email", "sara@customers.example"), ("firstname", "Sara"), ("lastname", "Haddad"), ("company", "Haddad Trading"));
        crm.Deals[contact.Id] = [("Forty mugs", "contractsent", "480.00")];
        crm.Add(("email", "new@customers.example"), ("firstname", "Noor"), ("lastname", "Aziz"));

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GotoAsync("/app/settings/integrations");
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^HubSpot") }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "Access token" }).FillAsync(HubSpotCrm.Token);
        await tab.Button("More settings").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Textbox, new() { Name = "API address" }).FillAsync(crm.Url.AbsoluteUri);
        await tab.IsAccessibleAsync("a new integration");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await Tab.SeesAsync(tab.Text("Signed in as HubSpot 62515"));
        await tab.Button("Try without changing anything").ClickAsync();
        await Tab.SeesAsync(tab.Text("Looked at 2: 1 would be linked to customers you have, 1 would become new customers"));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Tab.SeesAsync(tab.Text("2 linked customers"));
        await tab.IsAccessibleAsync("an integration");
        await tab.ShootAsync("integration");

        // A customer that HubSpot refuses: said where somebody looks, and tried again from there.
        shop.World.Faults.Next(SimulatedProvider.HubSpot, "create", new Fault.Refusal(400, """{"status":"error","message":"Company domain is blocked","correlationId":"c-77","category":"VALIDATION_ERROR"}"""));
        await shop.Desk.PostAsync("/customers", new { name = "Omar Saleh", keys = new[] { new { kind = "email", value = "omar@customers.example" } } }, System.Net.HttpStatusCode.Created);
        await Tab.SeesAsync(tab.Text("Company domain is blocked"));
        await tab.IsAccessibleAsync("an integration with a problem");
        await tab.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Company domain is blocked" }).GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Tab.SeesNoMoreAsync(tab.Text("Company domain is blocked"));
        await Tab.SeesAsync(tab.Text("3 linked customers"));
        crm.Records.Count(r => r["email"] == "omar@customers.example").ShouldBe(1);

        // Beside the customer stands what the CRM knows.
        await tab.Page.GotoAsync("/app/customers/" + known);
        await Tab.SeesAsync(tab.Text("Forty mugs"));
        await tab.IsAccessibleAsync("a customer with records");
        await tab.ShootAsync("records");
    }
}
