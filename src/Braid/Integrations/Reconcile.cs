namespace Braid.Integrations;

/// <summary>What both sides had when they last agreed on a field. Each in its own spelling, so that a side that spells anew has not changed.</summary>
internal sealed record AgreedValue(string? Ours, string? Theirs);

/// <param name="At">When it was last changed, as far as is known.</param>
internal sealed record SideValue(string? Value, DateTimeOffset? At);

/// <param name="Why">For the log, in words.</param>
internal sealed record FieldDecision(FieldRule Rule, FieldAct Act, string? Value, string Why);

internal enum FieldAct
{
    Nothing,
    /// <summary>Theirs is written to our side.</summary>
    Take,
    /// <summary>Ours is written to their side.</summary>
    Give,
}

/// <summary>
/// Which way each field goes. With what both last agreed on, a side that is as it was did not change, and the other wins; where both changed, the
/// field's rule decides. Pure.
/// </summary>
internal static class Reconcile
{
    public static FieldDecision Decide(FieldRule rule, SideValue ours, SideValue theirs, AgreedValue? agreed)
    {
        if (Same(ours.Value, theirs.Value)) { return new(rule, FieldAct.Nothing, ours.Value, "both say the same"); }
        if (rule.IsKey) { return DecideKey(rule, ours, theirs, agreed); }
        var (weChanged, theyChanged) = (agreed is null || !Same(ours.Value, agreed.Ours), agreed is null || !Same(theirs.Value, agreed.Theirs));
        return (weChanged, theyChanged) switch
        {
            (false, false) => new(rule, FieldAct.Nothing, ours.Value, "nothing changed"),
            (false, true) => Take(rule, theirs, ours, "they changed it"),
            (true, false) => Give(rule, ours, theirs, "we changed it"),
            _ => Conflict(rule, ours, theirs),
        };
    }

    /// <summary>A person has several: theirs is added to ours; ours is given where they have none.</summary>
    private static FieldDecision DecideKey(FieldRule rule, SideValue ours, SideValue theirs, AgreedValue? agreed)
    {
        if (theirs.Value is not null && !Same(theirs.Value, agreed?.Theirs)) { return Take(rule, theirs, ours, "they have another"); }
        return theirs.Value is null && ours.Value is not null && (agreed?.Theirs is null || rule.Conflict == ConflictRule.Ours) ? Give(rule, ours, theirs, "they have none") : new(rule, FieldAct.Nothing, ours.Value, "a person may have several");
    }

    private static FieldDecision Conflict(FieldRule rule, SideValue ours, SideValue theirs)
    {
        if (ours.Value is null) { return Take(rule, theirs, ours, "ours was empty"); }
        if (theirs.Value is null) { return Give(rule, ours, theirs, "theirs was empty"); }
        return rule switch
        {
            // In one direction there is nothing to weigh.
            { Direction: SyncDirection.Pull } => rule.Conflict is ConflictRule.FillEmpty or ConflictRule.Ours ? Leave(rule, ours) : Take(rule, theirs, ours, "only they are asked"),
            { Direction: SyncDirection.Push } => rule.Conflict is ConflictRule.FillEmpty or ConflictRule.Theirs ? Leave(rule, ours) : Give(rule, ours, theirs, "only we are asked"),
            { Conflict: ConflictRule.Theirs } => Take(rule, theirs, ours, "both changed it: theirs wins by the rule"),
            { Conflict: ConflictRule.Ours } => Give(rule, ours, theirs, "both changed it: ours wins by the rule"),
            { Conflict: ConflictRule.FillEmpty } => Leave(rule, ours),
            _ => (ours.At ?? DateTimeOffset.MinValue) > (theirs.At ?? DateTimeOffset.MinValue) ? Give(rule, ours, theirs, "both changed it: ours is newer") : Take(rule, theirs, ours, "both changed it: theirs is newer"),
        };
    }

    private static FieldDecision Leave(FieldRule rule, SideValue ours) => new(rule, FieldAct.Nothing, ours.Value, "both have one: neither is overwritten");

    private static FieldDecision Take(FieldRule rule, SideValue theirs, SideValue ours, string why)
    {
        if (!rule.Pulls) { return new(rule, FieldAct.Nothing, ours.Value, "is not taken over"); }
        if (rule.Conflict == ConflictRule.FillEmpty && ours.Value is not null && !rule.IsKey) { return Leave(rule, ours); }
        return theirs.Value is null && (!rule.Clears || rule.IsKey) ? new(rule, FieldAct.Nothing, ours.Value, "what they emptied stays here") : new(rule, FieldAct.Take, theirs.Value, why);
    }

    private static FieldDecision Give(FieldRule rule, SideValue ours, SideValue theirs, string why)
    {
        if (!rule.Pushes) { return new(rule, FieldAct.Nothing, ours.Value, "is not handed on"); }
        if (rule.Conflict == ConflictRule.FillEmpty && theirs.Value is not null) { return Leave(rule, ours); }
        return ours.Value is null && (!rule.Clears || rule.IsKey) ? new(rule, FieldAct.Nothing, theirs.Value, "what we emptied stays there") : new(rule, FieldAct.Give, ours.Value, why);
    }

    private static bool Same(string? left, string? right) => string.Equals(left?.Trim() ?? "", right?.Trim() ?? "", StringComparison.Ordinal);
}
