using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Customers;

/// <summary>What is known of one person, for comparing.</summary>
/// <param name="Names">Of all profiles and handles of the person.</param>
internal sealed record PersonFacts(Id<Customer> Id, IReadOnlyCollection<string> Names, string? Company, IReadOnlyCollection<FactKey> Keys);

/// <param name="Proven">By this person: whether or not somebody else holds the key.</param>
/// <param name="Shared">Marked as belonging to several: says nothing.</param>
/// <param name="Held">Somebody has proven it: two who merely state it are compared with that person, not with each other.</param>
internal sealed record FactKey(KeyKind Kind, string Value, bool Proven, bool Shared = false, bool Held = false);

internal enum Conclusion
{
    Nothing,
    /// <summary>People decide.</summary>
    Suggest,
    /// <summary>A key proven on both sides, and nothing that contradicts it.</summary>
    Link,
}

/// <summary>Why two profiles may be one person. Clients put it into words by its kind.</summary>
/// <param name="Kind">provenBoth, provenAndStated, statedBoth, sameMailbox, similarAddress, sameName, sameCompany, mergedThere; against: namesApart, otherSignedUser.</param>
internal sealed record LikenessReason(string Kind, string? Value = null, string? Other = null);

/// <param name="Score">0 to 100: how sure.</param>
internal sealed record Likeness(Conclusion Conclusion, int Score, IReadOnlyList<LikenessReason> Reasons)
{
    private const int LeastToSuggest = 50;

    public static readonly Likeness None = new(Conclusion.Nothing, 0, []);

    /// <summary>
    /// Whether two profiles are one person (DESIGN §9.11). Only a key proven on both sides links by itself, and only if nothing contradicts it:
    /// other signed users, or names of two people (a family shares a phone and a last name). All else is a suggestion, where what is known
    /// agrees well enough. Pure; the same for both orders.
    /// </summary>
    public static Likeness Of(PersonFacts left, PersonFacts right)
    {
        var names = NameLikeness.Compare(left.Names, right.Names);
        var reasons = new List<LikenessReason>();
        var (proven, score) = Keys(left, right, reasons);
        var otherUser = OtherSignedUser(left, right);
        var two = names is NamesAgree.Apart or NamesAgree.Family;
        if (proven && !two && otherUser is null) { return new(Conclusion.Link, 100, reasons); }

        // A phone in a family tells nothing new. A mailbox is seldom shared, so a changed first name is worth asking.
        if (names == NamesAgree.Family && left.Keys.All(k => k.Kind == KeyKind.Phone || !right.Keys.Any(o => o.Kind == k.Kind && SameKey(k, o)))) { return None; }
        if (two) { reasons.Add(new("namesApart", Longest(left.Names), Longest(right.Names))); }
        if (otherUser is not null) { reasons.Add(otherUser); }
        if (proven) { return new(Conclusion.Suggest, two ? 50 : 60, reasons); }
        if (two || otherUser is not null) { return None; }

        var full = left.Names.Any(NameLikeness.IsFull) && right.Names.Any(NameLikeness.IsFull);
        if (names is NamesAgree.Same && full)
        {
            reasons.Add(new("sameName", Longest(left.Names)));
            score += 30;
        }
        else if (names is NamesAgree.Same or NamesAgree.Compatible) { score += 10; }

        if (names is NamesAgree.Same && left.Company is { } company && string.Equals(company.Trim(), right.Company?.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            reasons.Add(new("sameCompany", company));
            score += 30;
        }

        return score >= LeastToSuggest ? new(Conclusion.Suggest, Math.Min(score, 95), reasons) : None;
    }

    private static (bool Proven, int Score) Keys(PersonFacts left, PersonFacts right, List<LikenessReason> reasons)
    {
        var (proven, score) = (false, 0);
        foreach (var one in left.Keys.Where(Speaks))
        {
            foreach (var other in right.Keys.Where(k => k.Kind == one.Kind && Speaks(k)))
            {
                if (SameKey(one, other))
                {
                    if (!one.Proven && !other.Proven && (one.Held || other.Held)) { continue; }
                    proven |= one.Proven && other.Proven;
                    var (kind, weight) = (one.Proven, other.Proven) switch { (true, true) => ("provenBoth", 100), (false, false) => ("statedBoth", 35), _ => ("provenAndStated", 45) };
                    reasons.Add(new(kind, one.Value));
                    score = Math.Max(score, weight);
                }
                else if (one.Kind == KeyKind.Email && EmailAddresses.Mailbox(one.Value) == EmailAddresses.Mailbox(other.Value))
                {
                    reasons.Add(new("sameMailbox", one.Value, other.Value));
                    score = Math.Max(score, 40);
                }
                else if (one.Kind == KeyKind.Email && !(one.Proven && other.Proven) && EmailAddresses.MayBeSlip(one.Value, other.Value))
                {
                    reasons.Add(new("similarAddress", one.Value, other.Value));
                    score = Math.Max(score, 30);
                }
            }
        }

        return (proven, score);

        static bool Speaks(FactKey key) => !key.Shared && !(key.Kind == KeyKind.Email && EmailAddresses.IsShared(key.Value));
    }

    private static bool SameKey(FactKey one, FactKey other) => one.Value == other.Value || (one.Kind == KeyKind.Phone && PhoneNumbers.Forms(one.Value).Contains(other.Value));

    /// <summary>A site knows each of its users once: two signed ids are two people, or one with two accounts. People decide.</summary>
    private static LikenessReason? OtherSignedUser(PersonFacts left, PersonFacts right)
    {
        var (ours, theirs) = (Signed(left), Signed(right));
        return ours.Count > 0 && theirs.Count > 0 && !ours.Intersect(theirs).Any() ? new("otherSignedUser", ours[0], theirs[0]) : null;

        static List<string> Signed(PersonFacts person) => [.. person.Keys.Where(k => k is { Kind: KeyKind.SignedUser, Proven: true }).Select(k => k.Value).Order(StringComparer.Ordinal)];
    }

    private static string? Longest(IReadOnlyCollection<string> names) => names.OrderByDescending(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).FirstOrDefault();
}
