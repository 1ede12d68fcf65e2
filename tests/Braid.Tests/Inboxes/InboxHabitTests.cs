using Braid.Inboxes;

namespace Braid.Tests.Inboxes;

public class InboxHabitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Silence_is_unusual_only_beyond_the_longest_pause_it_is_used_to()
    {
        var (longest, seen) = (0L, 0);
        DateTimeOffset? last = null;
        for (var day = 0; day < 7; day++)
        {
            for (var hour = 0; hour < 10; hour++)
            {
                var now = Noon.AddDays(day).AddHours(hour);
                (longest, seen) = InboxHabit.Learn(longest, seen, last, now);
                last = now;
            }
        }

        TimeSpan.FromMilliseconds(longest).TotalHours.ShouldBeInRange(13, 15, "the nights");
        InboxHabit.UnusualFrom(longest, seen, last)!.Value.ShouldBeInRange(last!.Value.AddHours(20), last.Value.AddHours(23));
    }

    [Fact]
    public void Little_is_known_of_a_young_inbox_and_a_busy_one_gets_half_an_hour()
    {
        InboxHabit.UnusualFrom(60_000, 19, Noon).ShouldBeNull();
        InboxHabit.UnusualFrom(60_000, 20, null).ShouldBeNull();
        InboxHabit.UnusualFrom(60_000, 20, Noon).ShouldBe(Noon.AddMinutes(30));
    }

    [Fact]
    public void Messages_close_together_teach_nothing() => InboxHabit.Learn(5, 3, Noon, Noon.AddSeconds(59)).ShouldBe((5, 3));
}
