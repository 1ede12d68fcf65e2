using Braid.Integrations;

namespace Braid.Tests.Integrations;

/// <summary>Which way a field goes, a row per case.</summary>
public class ReconcileTests
{
    private static readonly DateTimeOffset Early = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Late = Early.AddDays(1);

    [Theory]
    // agreed ours/theirs, ours, theirs, direction, conflict, clears → what happens
    [InlineData("a", "a", "a", "a", "Both", "Newest", false, "Nothing")]
    [InlineData("a", "a", "a", "b", "Both", "Ours", false, "Take b")]
    [InlineData("a", "a", "b", "a", "Both", "Theirs", false, "Give b")]
    [InlineData("a", "a", "b", "c", "Both", "Theirs", false, "Take c")]
    [InlineData("a", "a", "b", "c", "Both", "Ours", false, "Give b")]
    [InlineData("a", "a", "b", "c", "Both", "FillEmpty", false, "Nothing")]
    [InlineData("a", "a", "b", "b", "Both", "Newest", false, "Nothing")]
    [InlineData("a", "a", "a", "b", "Push", "Newest", false, "Nothing")]
    [InlineData("a", "a", "b", "a", "Pull", "Newest", false, "Nothing")]
    [InlineData("a", "a", "a", null, "Both", "Newest", false, "Nothing")]
    [InlineData("a", "a", "a", null, "Both", "Newest", true, "Take ")]
    [InlineData("a", "a", null, "a", "Both", "Newest", false, "Nothing")]
    [InlineData("a", "a", null, "a", "Both", "Newest", true, "Give ")]
    // What they spell anew has not changed.
    [InlineData("+6581234455", "+65 8123 4455", "+6581234455", "+65 8123 4455", "Both", "Newest", false, "Nothing")]
    // Never agreed before.
    [InlineData(null, null, null, "b", "Both", "FillEmpty", false, "Take b")]
    [InlineData(null, null, "a", null, "Both", "FillEmpty", false, "Give a")]
    public void A_side_that_changed_alone_wins_and_a_rule_decides_between_two(string? agreedOurs, string? agreedTheirs, string? ours, string? theirs, string direction, string conflict, bool clears, string expected)
    {
        var rule = new FieldRule("company", "company", Enum.Parse<SyncDirection>(direction), Enum.Parse<ConflictRule>(conflict)) { Clears = clears };
        var decided = Reconcile.Decide(rule, new(ours, Late), new(theirs, Early), agreedOurs is null && agreedTheirs is null ? null : new(agreedOurs, agreedTheirs));
        (decided.Act == FieldAct.Nothing ? "Nothing" : $"{decided.Act} {decided.Value}").ShouldBe(expected);
    }

    [Theory]
    [InlineData(true, "Give b")]
    [InlineData(false, "Take c")]
    public void The_newer_of_two_changes_wins(bool oursNewer, string expected)
    {
        var decided = Reconcile.Decide(new("company", "company"), new("b", oursNewer ? Late : Early), new("c", oursNewer ? Early : Late), new("a", "a"));
        $"{decided.Act} {decided.Value}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("Maya Tan Lim", false, "Maya Tan|Lim")]
    [InlineData("Madonna", false, "Madonna|")]
    [InlineData("Madonna", true, "|Madonna")]
    [InlineData(null, true, "|")]
    public void A_name_is_parted_at_its_last_word(string? name, bool lastNeeded, string expected) =>
        string.Join('|', new FieldRule("name", "FirstName LastName").Write(name, lastNeeded ? ["LastName"] : []).Select(v => v.Value)).ShouldBe(expected);
}
