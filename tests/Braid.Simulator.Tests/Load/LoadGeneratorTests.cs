using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Load;
using Braid.Simulator.WhatsApp;

namespace Braid.Simulator.Tests.Load;

public sealed class LoadGeneratorTests : WorldTest
{
    private static LoadOptions Plan(LoadTarget target, int messages) => new() { Target = target, Messages = messages, Run = "r1", Connections = 4, People = 10 };

    [Fact]
    public async Task Every_message_is_sent_once_and_acknowledged()
    {
        var result = await new LoadGenerator(Plan(new LoadTarget.Echo(Braid.Url, "top"), 300)).RunAsync(Ct);
        var bodies = Braid.Hooks.Items.Select(h => h.Json).ToList();
        var ids = bodies.ConvertAll(b => b["id"]!.GetValue<string>());

        (result.Acknowledged, result.Failed, result.Latency.Count).ShouldBe((300, 0, 300));
        Braid.Hooks.Items.ShouldAllBe(h => h.Headers["X-Echo-Secret"] == "top");
        ids.Distinct().Count().ShouldBe(300);
        bodies.Select(b => b["from"]!.GetValue<string>()).Distinct().Count().ShouldBe(10);
        result.Ledger.Compare(ids).IsSound.ShouldBeTrue();
    }

    [Fact]
    public async Task WhatsApp_bodies_are_signed_one_by_one()
    {
        await new LoadGenerator(Plan(new LoadTarget.WhatsApp(Braid.Url, "secret", "123"), 20)).RunAsync(Ct);
        Braid.Hooks.Items.ShouldAllBe(h => h.Headers["X-Hub-Signature-256"] == WhatsAppNumber.Sign(h.Body, "secret"));
        Ids(h => h["entry"]![0]!["changes"]![0]!["value"]!["messages"]![0]!["id"]).Count.ShouldBe(20);
    }

    [Fact]
    public async Task Telegram_updates_carry_the_secret_and_ids_of_the_ledger()
    {
        var result = await new LoadGenerator(Plan(new LoadTarget.Telegram(Braid.Url, "tok"), 20)).RunAsync(Ct);
        Braid.Hooks.Items.ShouldAllBe(h => h.Headers["X-Telegram-Bot-Api-Secret-Token"] == "tok");
        var ids = Ids(h => h["message"]!["message_id"]);
        result.Ledger.AcknowledgedIds.Order().ShouldBe(ids.Order());
    }

    [Fact]
    public async Task An_open_loop_keeps_its_rate()
    {
        var result = await new LoadGenerator(Plan(new LoadTarget.Echo(Braid.Url, "top"), 100) with { Rate = 500 }).RunAsync(Ct);
        result.Acknowledged.ShouldBe(100);
        result.Took.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(190));
    }

    [Fact]
    public async Task Failures_are_repeated_or_counted()
    {
        Braid.Answers.Enqueue(503);
        Braid.Answers.Enqueue(503);
        var options = Plan(new LoadTarget.Echo(Braid.Url, "top"), 10) with { Connections = 1, RetryAfter = TimeSpan.FromMilliseconds(1) };
        var stubborn = await new LoadGenerator(options with { RetryUntilAcknowledged = true }).RunAsync(Ct);
        Braid.Answers.Enqueue(503);
        var giving = await new LoadGenerator(options with { Run = "r2" }).RunAsync(Ct);

        (stubborn.Acknowledged, stubborn.Retries).ShouldBe((10, 2));
        (giving.Acknowledged, giving.Failed).ShouldBe((9, 1));
    }

    [Fact]
    public async Task The_ledger_sees_what_is_lost_and_what_is_doubled()
    {
        Braid.Answers.Enqueue(503);
        var options = Plan(new LoadTarget.Echo(Braid.Url, "top"), 5) with { Connections = 1 };
        var ledger = (await new LoadGenerator(options).RunAsync(Ct)).Ledger;
        // Message 0 was stored although its answer got lost; 1 was lost; 2 is there twice; "r1-000000099" nobody sent.
        var check = ledger.Compare(["r1-000000000", "r1-000000002", "r1-000000002", "r1-000000003", "r1-000000004", "r1-000000099"]);

        check.Lost.ShouldBe(["r1-000000001"]);
        check.Doubled.ShouldBe(["r1-000000002"]);
        (check.StoredWithoutAcknowledgement, check.Unknown, check.IsSound).ShouldBe((1, 1, false));
    }

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.99, 990)]
    [InlineData(1.0, 1000)]
    public void Quantiles_are_at_most_a_bucket_too_high(double share, double milliseconds)
    {
        var histogram = new LatencyHistogram();
        Enumerable.Range(1, 1000).ToList().ForEach(ms => histogram.Add(TimeSpan.FromMilliseconds(ms)));
        histogram.Quantile(share).TotalMilliseconds.ShouldBeInRange(milliseconds, milliseconds * 1.035);
    }

    private List<string> Ids(Func<JsonObject, JsonNode?> id) =>
        [.. Braid.Hooks.Items.Select(h => Convert.ToString(id(h.Json)!.ToJsonString().Trim('"'), CultureInfo.InvariantCulture)!).Distinct()];
}
