using System.Text.Json.Nodes;

namespace Braid.Simulator.Tests;

public sealed class WebhookFaultTests : WorldTest
{
    private void Fault(SimulatedProvider provider, Fault fault) => World.Faults.Next(provider, "webhook", fault);

    private async Task<List<string>> SayFourAsync()
    {
        // Said before the webhook is known, so that all four wait together.
        var person = World.WhatsApp.Person("31612345678", "Daan");
        for (var i = 1; i <= 4; i++)
        {
            await (i % 2 == 0 ? person : World.WhatsApp.Person("4917012345678", "Lena")).WritesAsync($"m{i}");
        }

        World.WhatsApp.Number.PostTo(Braid.Url);
        return ["m1", "m2", "m3", "m4"];
    }

    [Fact]
    public async Task A_duplicate_is_the_same_body_again()
    {
        Fault(SimulatedProvider.Telegram, new Fault.Duplicate(2));
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        await World.Telegram.Person("Ana").WritesAsync("hello");
        var hooks = await Braid.Hooks.WaitForAsync(3, _ => true, Ct);
        hooks.Select(h => h.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_holds_every_message_in_one_signed_body()
    {
        Fault(SimulatedProvider.WhatsApp, new Fault.Batch(4));
        var texts = await SayFourAsync();
        var hook = await Braid.Hooks.WaitForAsync(_ => true, Ct);

        Texts(hook.Json).ShouldBe(texts);
        hook.Json["entry"]!.AsArray().Count.ShouldBe(2);
        Braid.Hooks.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reordered_events_all_arrive_in_an_order_of_the_seed()
    {
        Fault(SimulatedProvider.WhatsApp, new Fault.Reorder(4));
        var texts = await SayFourAsync();
        var arrived = (await Braid.Hooks.WaitForAsync(4, _ => true, Ct)).SelectMany(h => Texts(h.Json)).ToList();

        arrived.ShouldNotBe(texts);
        arrived.Order().ShouldBe(texts);
    }

    [Fact]
    public async Task During_an_outage_nothing_is_posted_and_every_call_is_cut()
    {
        World.Telegram.Bot.SetWebhook(Braid.Url, "s");
        TelegramSaidTask said;
        using (World.Faults.Outage(SimulatedProvider.Telegram))
        {
            said = new((await World.Telegram.Person("Ana").WritesAsync("hello")).Acknowledged);
            await Should.ThrowAsync<HttpRequestException>(() => Http.GetAsync(new Uri(World.Telegram.Url, $"/bot{World.Telegram.Bot.Token}/getMe"), Ct));
            Braid.Hooks.Items.ShouldBeEmpty();
        }

        await said.Task.WaitAsync(Ct);
        (await Http.GetAsync(new Uri(World.Telegram.Url, $"/bot{World.Telegram.Bot.Token}/getMe"), Ct)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_cut_after_acceptance_reaches_the_person_but_not_the_caller()
    {
        var ana = World.Telegram.Person("Ana");
        await ana.WritesAsync("hello");
        var message = new JsonObject { ["chat_id"] = ana.Id, ["text"] = "hi" };
        var url = new Uri(World.Telegram.Url, $"/bot{World.Telegram.Bot.Token}/sendMessage");
        World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.ResetBefore());
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(url, message));
        ana.Received.Items.ShouldBeEmpty();
        World.Faults.Next(SimulatedProvider.Telegram, "sendMessage", new Fault.ResetAfter());
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(url, message));
        ana.Received.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_seed_strikes_the_same_calls()
    {
        var first = await LuckAsync();
        var second = await LuckAsync();
        first.ShouldBe(second);
        first.Distinct().Count().ShouldBe(2);

        async Task<List<bool>> LuckAsync()
        {
            await using var world = await SimulatedWorld.StartAsync(new SimulatorOptions { Seed = 7 }, Ct);
            world.Faults.Sometimes(SimulatedProvider.Telegram, "getMe", new Fault.ServerError(), 0.5);
            var luck = new List<bool>();
            for (var i = 0; i < 12; i++)
            {
                luck.Add((await Http.GetAsync(new Uri(world.Telegram.Url, $"/bot{world.Telegram.Bot.Token}/getMe"), Ct)).IsSuccessStatusCode);
            }

            return luck;
        }
    }

    private static List<string> Texts(JsonObject body) =>
    [
        .. body["entry"]!.AsArray().SelectMany(e => e!["changes"]!.AsArray()).SelectMany(c => c!["value"]!["messages"]!.AsArray())
            .Select(m => m!["text"]!["body"]!.GetValue<string>()),
    ];

    private sealed record TelegramSaidTask(Task Task);
}
