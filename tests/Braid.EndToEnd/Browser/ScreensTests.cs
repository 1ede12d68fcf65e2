using Braid.Accounts;
using Braid.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

[Collection(InABrowser.Name)]
public sealed class ScreensTests(Chromium chromium)
{
    [Theory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task Nothing_on_the_screens_keeps_people_out(ColorScheme scheme)
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("My kettle arrived without its lid");
        var conversation = (await shop.Desk.ConversationSayingAsync("My kettle arrived without its lid")).Id();
        var answer = await shop.Desk.AnswersAsync(conversation, "whatsapp", "A new one leaves today.");
        await shop.Desk.StatusAsync(conversation, answer.Id(), "delivered");

        await using var tab = await chromium.OpenAsync(shop.Braid.Address, scheme: scheme);
        await tab.Page.GotoAsync("/app/");
        await Tab.SeesAsync(tab.Button("Sign in"));
        await tab.IsAccessibleAsync("sign-in");
        await tab.SignInAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sara") }));
        await tab.IsAccessibleAsync("the inbox");
        await tab.Page.GotoAsync($"/app/inbox/{conversation}");
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        await tab.IsAccessibleAsync("a conversation");
        await tab.ShootAsync($"conversation-{scheme}");
        foreach (var page in (string[])["settings/profile", "settings/inboxes", "settings/agents", "settings/teams", "settings/routing", "queues", "tickets", "settings/afterwards", "settings/saved-replies", "settings/tokens", "settings/inboxes/new/whatsapp", "deliveries", "customers"])
        {
            await tab.Page.GotoAsync("/app/" + page);
            await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }));
            await tab.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await tab.IsAccessibleAsync(page);
            await tab.ShootAsync($"{page.Replace('/', '-')}-{scheme}");
        }
    }

    [Fact]
    public async Task On_a_phone_list_and_conversation_have_the_screen_to_themselves()
    {
        Chromium.Require();
        var ct = TestContext.Current.CancellationToken;
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("My kettle arrived without its lid, and https://tarnandember.example/a/very/long/address/that/never/ends/because/it/goes/on says nothing");
        await shop.Desk.FindsAsync("/conversations", _ => true, "her conversation");
        await using var tab = await chromium.OpenAsync(shop.Braid.Address, 390, 844);
        await tab.SignInAsync();
        await tab.FitsAsync("the list");
        await tab.ShootAsync("phone-list");
        await tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sara") }).ClickAsync();
        await Tab.SeesAsync(tab.Thread);
        await tab.FitsAsync("the conversation");
        await tab.Box("Reply to Sara").FillAsync("On its way.");
        await tab.Button("Send").ClickAsync();
        await sara.Received.WaitForAsync(r => r.Text == "On its way.", ct);
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        await tab.ShootAsync("phone-conversation");
        await tab.IsAccessibleAsync("a conversation on a phone");
        await tab.Button("Back to the list").ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sara") }));
        foreach (var page in (string[])["settings", "settings/inboxes", "deliveries", "customers", "customers/suggestions", "settings/imports"])
        {
            await tab.Page.GotoAsync("/app/" + page);
            await Tab.SeesAsync(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }));
            await tab.FitsAsync(page);
        }
    }

    [Fact]
    public async Task The_first_visitor_sets_braid_up_with_the_code_from_the_console()
    {
        Chromium.Require();
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite, clock: TimeProvider.System, settings: [("Braid:Bootstrap:Email", ""), ("Braid:Bootstrap:Password", ""), ("Braid:Bootstrap:ApiToken", "")]);
        var code = braid.Services.GetRequiredService<SetupCode>().Code!;
        await using var tab = await chromium.OpenAsync(braid.Address);
        await tab.Page.GotoAsync("/app/");
        await Tab.SeesAsync(tab.Text("Set up Braid"));
        await tab.IsAccessibleAsync("setup");
        await tab.Field("One-time code").FillAsync("000-000");
        await tab.Field("Company").FillAsync("Lindenhof Cycles");
        await tab.Field("Your name").FillAsync("Ana");
        await tab.Field("Email").FillAsync("ana@lindenhof.example");
        await tab.Field("Password").FillAsync("a long enough password");
        await tab.Button("Set up").ClickAsync();
        await Tab.SeesAsync(tab.Text("This is not the code in the console."));
        await tab.Field("One-time code").FillAsync(code);
        await tab.Button("Set up").ClickAsync();
        await Tab.SeesAsync(tab.Page.GetByText("Connect the first channel", new() { Exact = true }));
        await tab.ShootAsync("first-run");
        (await braid.Client(null).ReadAsync("/setup")).Is("needed").ShouldBeFalse();
    }
}
