using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>Two profiles of one person: found, decided, merged and parted again, in a real browser.</summary>
[Collection(InABrowser.Name)]
public sealed class OnePersonTests(Chromium chromium)
{
    [Fact]
    public async Task Suggestions_are_reviewed_and_a_merge_is_undone()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara Haddad");
        await sara.WritesAsync("My kettle arrived without its lid");
        var customer = (await shop.Desk.ConversationSayingAsync("My kettle arrived without its lid")).GetProperty("customer").Id();
        await AtAcmeAsync(shop, customer);
        await AtAcmeAsync(shop, (await shop.Desk.PostAsync("/customers", new { name = "Sara Haddad", keys = new[] { new { kind = "email", value = "sara@customers.example" } } }, System.Net.HttpStatusCode.Created)).Id());
        foreach (var _ in Enumerable.Range(0, 2)) { await AtAcmeAsync(shop, (await shop.Desk.PostAsync("/customers", new { name = "Omar Saleh" }, System.Net.HttpStatusCode.Created)).Id()); }

        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.SignInAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Customers") }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("2 pairs of profiles may be one person") }).ClickAsync();
        var (both, omar) = (tab.Page.GetByRole(AriaRole.Article, new() { Name = "Sara Haddad and Sara Haddad" }), tab.Page.GetByRole(AriaRole.Article, new() { Name = "Omar Saleh and Omar Saleh" }));
        await Tab.SeesAsync(both.GetByText("Both are called Sara Haddad"));
        await Tab.SeesAsync(both.GetByText("Both are with Acme"));
        await tab.IsAccessibleAsync("suggestions");
        await tab.ShootAsync("suggestions");

        // Two people after all; then the answer is taken back, and given for good.
        await omar.GetByRole(AriaRole.Button, new() { Name = "Two people" }).ClickAsync();
        await Tab.SeesNoMoreAsync(omar);
        await tab.Button("Undo").ClickAsync();
        await Tab.SeesAsync(omar);
        await tab.Page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new("Omar") }).CheckAsync();
        await tab.Button("Keep each apart").ClickAsync();
        await Tab.SeesNoMoreAsync(omar);

        await both.GetByRole(AriaRole.Button, new() { Name = "One person" }).ClickAsync();
        await Tab.SeesAsync(tab.Text("Nothing to decide"));
        (await shop.Desk.GetAsync("/customers?q=Sara")).List().Count.ShouldBe(1);

        // Months later somebody finds that it was wrong.
        await tab.Page.GotoAsync("/app/customers/" + customer);
        await Tab.SeesAsync(tab.Page.GetByText("sara@customers.example"));
        await tab.IsAccessibleAsync("a merged profile");
        await tab.ShootAsync("merged");
        await tab.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByText("Undone by", new() { Exact = false }));
        await Tab.SeesNoMoreAsync(tab.Page.GetByText("sara@customers.example"));
        (await shop.Desk.GetAsync("/customers?q=Sara")).List().Count.ShouldBe(2);
    }

    private static Task<System.Text.Json.JsonElement> AtAcmeAsync(Shop shop, string customer) => shop.Desk.PatchAsync($"/customers/{customer}", new { company = "Acme" });
}
