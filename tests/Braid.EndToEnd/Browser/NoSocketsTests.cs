using System.Net;
using Braid.Testing;
using Microsoft.Playwright;

namespace Braid.EndToEnd.Browser;

/// <summary>Networks that let no WebSocket through: nobody should have to notice.</summary>
[Collection(InABrowser.Name)]
public sealed class NoSocketsTests(Chromium chromium)
{
    /// <summary>As behind such a proxy: each socket fails before it is open.</summary>
    private const string Blocked = """
        window.WebSocket = class extends EventTarget {
            constructor(url) {
                super();
                (window.sockets ??= []).push(String(url));
                setTimeout(() => { this.readyState = 3; this.onerror?.(new Event('error')); this.onclose?.(new CloseEvent('close', { code: 1006 })); }, 20);
            }
            readyState = 0;
            send() {}
            close() {}
        };
        """;

    [Fact]
    public async Task A_visitor_chats_without_a_socket()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        var inbox = (await shop.Desk.PostAsync("/inboxes", new { channel = "livechat", name = "Chat", settings = new { title = "Kettle shop" } }, HttpStatusCode.Created)).Id();
        await using var agent = await chromium.OpenAsync(shop.Braid.Address);
        await agent.SignInAsync();
        await using var tab = await chromium.OpenAsync(shop.Braid.Address, 390, 844);
        await tab.Page.AddInitScriptAsync(Blocked);
        await tab.Page.GotoAsync($"/widget/frame.html?inbox={inbox}&locale=en");
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("Ask us") }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Textbox).FillAsync("Is the lid in stock?");
        await tab.PressAsync("Enter");
        var conversation = (await shop.Desk.ConversationSayingAsync("Is the lid in stock?")).Id();
        await shop.Desk.PostAsync($"/conversations/{conversation}/messages", new { text = "Yes, in blue and in green." });
        await Tab.SeesAsync(tab.Text("Yes, in blue and in green."));
        await tab.ShootAsync("widget-without-sockets");
        (await tab.Page.EvaluateAsync<string[]>("() => window.sockets")).ShouldNotBeEmpty("it tried");
        await shop.Desk.SeesAsync($"/conversations/{conversation}/messages", m => m.GetRawText().Contains("\"status\":\"read\"", StringComparison.Ordinal), "the visitor saw it");
    }

    [Fact]
    public async Task An_agent_works_without_a_socket()
    {
        Chromium.Require();
        await using var shop = await Shop.StartAsync();
        await shop.WhatsAppAsync();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara");
        await sara.WritesAsync("Anybody there?");
        var conversation = (await shop.Desk.ConversationSayingAsync("Anybody there?")).Id();
        await using var tab = await chromium.OpenAsync(shop.Braid.Address);
        await tab.Page.AddInitScriptAsync(Blocked);
        await tab.SignInAsync();
        await tab.Page.GotoAsync($"/app/inbox/{conversation}");
        await Tab.SeesAsync(tab.Thread.GetByText("Anybody there?"));

        // What comes while one looks, comes by itself: the workspace asks for events every few seconds.
        await sara.WritesAsync("It is about my lid");
        await Tab.SeesAsync(tab.Thread.GetByText("It is about my lid"));
        await tab.Box("Reply to Sara").FillAsync("We are here.");
        await tab.Button("Send").ClickAsync();
        await Tab.SeesAsync(tab.Thread.GetByText("Delivered"));
        (await tab.Page.EvaluateAsync<string[]>("() => window.sockets")).ShouldNotBeEmpty("it tried");
    }
}
