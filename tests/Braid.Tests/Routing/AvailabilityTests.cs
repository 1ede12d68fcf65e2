using Braid.Accounts;
using Braid.Accounts.Teams;
using Braid.Platform.Data;

namespace Braid.Tests.Routing;

public class AvailabilityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 27, 10, 0, 0, TimeSpan.Zero);

    private static Calendar Office(string zone, params (int Day, string From, string To)[] hours) => new()
    {
        Name = "Office", TimeZone = zone, Hours = System.Text.Json.JsonSerializer.Serialize(hours.Select(h => new OpenHours(h.Day, h.From, h.To)), System.Text.Json.JsonSerializerOptions.Web),
    };

    [Fact]
    public void Who_closed_their_screen_is_offline_whatever_they_said()
    {
        AgentWork Work(Action<AgentWork> change)
        {
            var work = new AgentWork { AgentId = Id<Agent>.New(), SeenAt = Now.AddSeconds(-10), ActiveAt = Now.AddMinutes(-1) };
            change(work);
            return work;
        }

        Availability.Of(null, null, false, Now).ShouldBe(AgentAvailability.Offline);
        Availability.Of(Work(_ => { }), null, false, Now).ShouldBe(AgentAvailability.Online);
        Availability.Of(Work(w => (w.SeenAt, w.Status) = (Now.AddMinutes(-2), WorkStatus.Online)), null, false, Now).ShouldBe(AgentAvailability.Offline);
        Availability.Of(Work(w => w.ActiveAt = Now.AddMinutes(-16)), null, false, Now).ShouldBe(AgentAvailability.Away);
        Availability.Of(Work(w => w.Status = WorkStatus.Busy), null, false, Now).ShouldBe(AgentAvailability.Busy);
        Availability.Of(Work(w => (w.Status, w.StatusUntil) = (WorkStatus.Busy, Now)), null, false, Now).ShouldBe(AgentAvailability.Online, "its time is over");
        Availability.Of(Work(w => w.WrapUpUntil = Now.AddSeconds(1)), null, false, Now).ShouldBe(AgentAvailability.WrapUp);
        Availability.Of(Work(_ => { }), null, true, Now).ShouldBe(AgentAvailability.OnLeave);
        Availability.Of(Work(w => w.Status = WorkStatus.Online), null, true, Now).ShouldBe(AgentAvailability.Online, "who says so works on a day off");
        Availability.Of(Work(_ => { }), WeekHours.Of(Office("UTC", (5, "12:00", "18:00"))), false, Now).ShouldBe(AgentAvailability.OffShift);
    }

    [Theory]
    [InlineData("2026-03-27T08:59:00+01:00", false)]
    [InlineData("2026-03-27T09:00:00+01:00", true)]
    [InlineData("2026-03-27T16:59:00+01:00", true)]
    [InlineData("2026-03-27T17:00:00+01:00", false)]
    [InlineData("2026-03-30T09:00:00+02:00", true)] // The clocks went forward on the 29th.
    [InlineData("2026-03-28T23:30:00+01:00", true)] // Saturday night ...
    [InlineData("2026-03-29T01:30:00+01:00", true)] // ... goes on into Sunday.
    [InlineData("2026-03-29T03:30:00+02:00", false)]
    public void Opening_hours_follow_the_clock_on_the_wall(string at, bool open) =>
        WeekHours.Of(Office("Europe/Berlin", (1, "09:00", "17:00"), (5, "09:00", "17:00"), (6, "22:00", "02:00"))).IsOpen(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(open);

    [Fact]
    public void It_tells_when_it_opens_next_and_skips_days_off()
    {
        var office = Office("Asia/Jakarta", (1, "09:00", "17:00"), (5, "09:00", "17:00"));
        office.DaysOff = "2026-03-30";
        WeekHours.Of(office).NextOpening(new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero)).ShouldBe(new DateTimeOffset(2026, 4, 3, 2, 0, 0, TimeSpan.Zero), "Monday is off");
        WeekHours.Of(Office("UTC")).NextOpening(Now).ShouldBeNull();
    }

    [Fact]
    public void Hours_that_mean_nothing_are_refused_by_name()
    {
        var refused = Should.Throw<Braid.Platform.Http.RefusalException>(() => WeekHours.Check("Mars/Base", [new(8, "9", "25:00")], ["soon"]));
        refused.Errors!.Keys.ShouldBe(["timeZone", "hours.0.day", "hours.0.from", "hours.0.to", "daysOff"], ignoreOrder: true);
    }
}
