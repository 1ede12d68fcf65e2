using Braid.Conversations;

namespace Braid.Tests.Customers;

/// <summary>How somebody likes to talk, from what they did.</summary>
public class HabitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_too_little_nothing_is_said() => Habits.Of([In("line", 1, 9), In("line", 2, 9)], null, Now).ShouldBe(new Habits(null, null, null, 2));

    [Fact]
    public void They_write_where_they_wrote_lately()
    {
        var spoken = Enumerable.Range(0, 9).Select(i => In("email", 200 + i, 9)).Concat(Enumerable.Range(0, 4).Select(i => In("whatsapp", 1 + i, 19))).ToList();
        Habits.Of(spoken, null, Now).Channel.ShouldBe("whatsapp");
    }

    [Theory]
    [InlineData("Asia/Singapore", 2, 3)]
    [InlineData(null, 18, 19)]
    public void Hours_are_told_in_their_own_time(string? zone, int from, int to)
    {
        var spoken = Enumerable.Range(1, 8).Select(day => In("line", day, 18)).Append(In("line", 3, 6)).ToList();
        var hours = Habits.Of(spoken, zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone), Now).Hours;
        (hours!.From, hours.To, hours.TimeZone).ShouldBe((from, to, zone ?? "UTC"));
    }

    [Fact]
    public void Hours_may_go_over_midnight_and_one_long_talk_tells_nothing()
    {
        var night = Enumerable.Range(1, 8).Select(day => In("line", day, day % 2 == 0 ? 23 : 0)).ToList();
        var hours = Habits.Of(night, null, Now).Hours;
        (hours!.From, hours.To).ShouldBe((23, 1));
        Habits.Of([.. Enumerable.Range(0, 30).Select(i => new Spoken(Direction.In, "line", Now.AddMinutes(-i)))], null, Now).Hours.ShouldBeNull();
        Habits.Of([.. Enumerable.Range(0, 24).Select(i => In("line", 1 + i, i))], null, Now).Hours.ShouldBeNull("at all hours is no habit");
    }

    [Fact]
    public void Half_of_their_answers_come_within()
    {
        List<Spoken> spoken = [];
        foreach (var (day, minutes) in new[] { (1, 5), (2, 60), (3, 10), (40, 20000) })
        {
            spoken.Add(new(Direction.Out, "line", Now.AddDays(-10 * day)));
            spoken.Add(new(Direction.Out, "line", Now.AddDays(-10 * day).AddMinutes(1)));
            spoken.Add(new(Direction.In, "line", Now.AddDays(-10 * day).AddMinutes(minutes)));
        }

        Habits.Of(spoken, null, Now).AnswerMinutes.ShouldBe(10, "of 5, 10 and 60; two weeks later is no answer");
    }

    [Theory]
    [InlineData("Where is my order 4711?", "where is my ORDER 4711", true)]
    [InlineData("Where is my order 4711? I still wait", "Where is my order 4711, I wait", true)]
    [InlineData("Where is my order?", "Can I change my address?", false)]
    [InlineData("Hello!", "hello", false)]
    public void The_same_asked_again_is_recognised(string now, string before, bool same) => AskedTwice.Same(now, before).ShouldBe(same);

    private static Spoken In(string channel, int daysAgo, int hour) => new(Direction.In, channel, new DateTimeOffset(Now.Date, TimeSpan.Zero).AddDays(-daysAgo).AddHours(hour));
}
