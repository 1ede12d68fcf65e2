using Braid.Channels.Common;

namespace Braid.Channels.Tests.Common;

public sealed class SeenItemsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_read_comes_again_only_when_it_changed()
    {
        var seen = new SeenItems(null, Now);
        seen.Take("a", Now).ShouldBeTrue();

        var later = new SeenItems(seen.ToString(), Now);

        later.Begins.ShouldBeFalse();
        later.Take("a", Now).ShouldBeFalse();
        later.Knows("a").ShouldBeTrue();
        later.Take("a", Now.AddSeconds(1)).ShouldBeTrue();
    }

    [Fact]
    public void What_appears_late_is_not_lost_and_what_is_old_is_left_alone()
    {
        var seen = new SeenItems(null, Now);
        seen.Take("new", Now);

        seen.Take("held back", Now.AddDays(-2)).ShouldBeTrue();
        seen.Take("of last year", Now.AddDays(-300)).ShouldBeFalse();
    }

    [Fact]
    public void The_position_stays_small_and_a_forgotten_item_is_not_read_again()
    {
        var seen = new SeenItems(null, Now);
        for (var i = 0; i < 3000; i++) { seen.Take($"item {i}", Now.AddSeconds(-3000 + i)); }

        var later = new SeenItems(seen.ToString(), Now);

        seen.ToString().Length.ShouldBeLessThan(30_000);
        later.Take("item 0", Now.AddSeconds(-3000)).ShouldBeFalse();
        later.Take("item 2999", Now.AddSeconds(-1)).ShouldBeFalse();
        later.Take("item 3000", Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("a=b c=")]
    [InlineData("999999999999999999999=1")]
    public void A_position_that_makes_no_sense_begins_anew(string position) => new SeenItems(position, Now).Take("a", Now).ShouldBeTrue();
}
