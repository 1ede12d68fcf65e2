using Braid.Simulator.Demo;

namespace Braid.Simulator.Tests.Demo;

public sealed class DemoRunnerTests
{
    [Fact]
    public async Task The_company_comes_to_life_on_four_channels()
    {
        await using var braid = await PretendBraid.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var visitorLeaves = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var troubles = new Arrivals<string>();
        var demo = DemoRunner.RunAsync(braid.Url, "token", new HastyTime(), visitorLeaves.Token, troubles.Add);

        await troubles.WaitForAsync(s => s.Contains("is open", StringComparison.Ordinal), limit.Token);
        foreach (var channel in new[] { "telegram", "whatsapp", "email", "livechat" })
        {
            await braid.Said.WaitForAsync(s => s.Channel == channel, limit.Token);
        }

        // Everybody of the past has been heard, in their own words.
        var names = braid.Said.Items.Select(s => s.Name).ToHashSet();
        names.Count.ShouldBeGreaterThan(22);
        braid.Said.Items.ShouldContain(s => s.Name == "愛子 森田" && s.Text!.StartsWith("はじめまして", StringComparison.Ordinal));
        braid.Talks.Values.ShouldContain(t => t.Status == "resolve");
        braid.Talks.Values.ShouldContain(t => t.Status == "snooze");

        // Colleagues spoke with sessions of their own.
        braid.Calls.Items.Where(c => c.Call.EndsWith("/messages", StringComparison.Ordinal)).Select(c => c.By).Distinct().Count().ShouldBe(4);

        // The visitor answers on each messenger, and the customer says what their story has for that.
        await AnsweredAsync("Mateo Fuentes", "Lo pruebo esta noche");
        await AnsweredAsync("Budi Santoso", "Sudah saya bersihkan");
        await AnsweredAsync("Samuel Adeyemi", "Thank you for looking into it.");
        await braid.Said.WaitForAsync(s => s.Name == "Noor Aziz", limit.Token);
        await AnsweredAsync("Noor Aziz", "Great, and does it fold flat?", "visitor");

        await visitorLeaves.CancelAsync();
        await demo;
        troubles.Items.Where(t => !t.Contains("is open", StringComparison.Ordinal)).ShouldBeEmpty();

        async Task AnsweredAsync(string name, string reply, string? laterName = null)
        {
            await braid.SendAsync(braid.Talks.Values.Single(t => t.Name == name), new() { ["text"] = "We will look into it at once." });
            await braid.Said.WaitForAsync(s => (s.Name == name || s.Name == laterName) && s.Text?.StartsWith(reply, StringComparison.Ordinal) == true, limit.Token);
        }
    }

    [Fact]
    public void The_cast_is_large_and_speaks_many_languages()
    {
        var people = DemoCast.History.Concat(DemoCast.Live).Select(s => s.Person).ToList();
        people.Select(p => p.Name).Distinct().Count().ShouldBeGreaterThanOrEqualTo(38);
        people.Select(p => p.Language).Distinct().Count().ShouldBeGreaterThanOrEqualTo(12);
        people.ShouldAllBe(p => p.Email == null || p.Email.EndsWith(".example", StringComparison.Ordinal));
    }

    /// <summary>The real clock, but whoever would wait a second or more waits a two-hundredth: people think in milliseconds.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Faster(dueTime), Faster(period));

        private static TimeSpan Faster(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / 200));
    }
}
