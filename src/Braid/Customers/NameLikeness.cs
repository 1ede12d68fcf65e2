using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Braid.Customers;

/// <summary>What two names say about whether they name one person.</summary>
internal enum NamesAgree
{
    /// <summary>The same words, in whatever order, script (Latin, Cyrillic, Greek) and accents.</summary>
    Same,
    /// <summary>One is the other in short: initials, a short form, a name less.</summary>
    Compatible,
    /// <summary>Nothing can be said: no name, a nickname with digits, scripts we can't compare.</summary>
    Unknown,
    /// <summary>One name in common, and each has another that the other lacks: a family, as a rule.</summary>
    Family,
    /// <summary>Nothing in common.</summary>
    Apart,
}

/// <summary>Compares names of people as channels, agents and imports write them. Pure.</summary>
internal static class NameLikeness
{
    private static readonly FrozenSet<string> Titles = FrozenSet.ToFrozenSet(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "herr", "frau", "sr", "sra", "srta", "mme", "mlle", "bpk", "ibu", "pak", "bu"]);

    public static NamesAgree Compare(string? left, string? right)
    {
        var (one, other) = (Words(left), Words(right));
        if (one.Count == 0 || other.Count == 0) { return NamesAgree.Unknown; }
        var (ours, theirs) = (Script(one), Script(other));
        if (ours != theirs) { return NamesAgree.Unknown; }
        return ours == Writing.Ideographs ? Ideographs(one, other) : Alphabetic(one, other);
    }

    /// <summary>The best that any name of one says about any name of the other.</summary>
    public static NamesAgree Compare(IReadOnlyCollection<string> left, IReadOnlyCollection<string> right)
    {
        var best = (NamesAgree?)null;
        foreach (var one in left)
        {
            foreach (var other in right)
            {
                var said = Compare(one, other);
                // What tells people apart beats "unknown": a nickname beside a real name is no excuse for the real names.
                best = best is null || Rank(said) > Rank(best.Value) ? said : best;
            }
        }

        return best ?? NamesAgree.Unknown;

        static int Rank(NamesAgree said) => said switch { NamesAgree.Same => 4, NamesAgree.Compatible => 3, NamesAgree.Family => 2, NamesAgree.Apart => 1, _ => 0 };
    }

    /// <summary>Two names or more: enough to tell people apart.</summary>
    public static bool IsFull(string? name) => Words(name) is { Count: >= 2 } words && words.Count(w => w.Length > 1 || IsIdeograph(w[0])) >= 2;

    private static NamesAgree Alphabetic(List<string> one, List<string> other)
    {
        var left = new List<string>(one);
        var matched = 0;
        var exact = true;
        var rest = new List<string>();
        foreach (var word in other)
        {
            var at = left.IndexOf(word);
            if (at < 0) { rest.Add(word); continue; }
            left.RemoveAt(at);
            matched++;
        }

        foreach (var word in rest.ToList())
        {
            var at = left.FindIndex(w => Near(w, word));
            if (at < 0) { continue; }
            left.RemoveAt(at);
            rest.Remove(word);
            exact = false;
            matched++;
        }

        if (left.Count > 0 && rest.Count > 0)
        {
            // "Jean-Pierre" and "Jeanpierre".
            return string.Concat(one.Order(StringComparer.Ordinal)) == string.Concat(other.Order(StringComparer.Ordinal)) || string.Concat(one) == string.Concat(other) ? NamesAgree.Same : matched > 0 ? NamesAgree.Family : NamesAgree.Apart;
        }

        return matched == 0 ? NamesAgree.Apart : left.Count + rest.Count > 0 || !exact ? NamesAgree.Compatible : NamesAgree.Same;
    }

    private static NamesAgree Ideographs(List<string> one, List<string> other)
    {
        var (left, right) = (string.Concat(one).Order().ToList(), string.Concat(other).Order().ToList());
        if (left.SequenceEqual(right)) { return NamesAgree.Same; }
        var shared = left.Intersect(right).Count();
        return shared == 0 ? NamesAgree.Apart : shared == Math.Min(left.Distinct().Count(), right.Distinct().Count()) ? NamesAgree.Compatible : left.Count > 1 && right.Count > 1 ? NamesAgree.Family : NamesAgree.Unknown;
    }

    /// <summary>An initial, a short form ("Alex", "Alexander") or a slip of the finger.</summary>
    private static bool Near(string left, string right)
    {
        var (shorter, longer) = left.Length <= right.Length ? (left, right) : (right, left);
        if (shorter.Length == 1) { return longer[0] == shorter[0]; }
        if (shorter.Length >= 3 && longer.StartsWith(shorter, StringComparison.Ordinal)) { return true; }
        return shorter.Length >= 5 && Slips.Distance(shorter, longer, 1) <= 1;
    }

    /// <summary>Folded words without titles; none where it is no name of a person.</summary>
    internal static List<string> Words(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Any(char.IsDigit) || name.Contains('@', StringComparison.Ordinal)) { return []; }
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in name.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsLetter(rune)) { word.Append(Latin(Rune.ToLowerInvariant(rune).ToString())); }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark || rune.Value is '\'' or 0x2019 or 0x640) { }
            else { Take(); }
        }

        Take();
        return words;

        void Take()
        {
            if (word.Length > 0 && !Titles.Contains(word.ToString())) { words.Add(word.ToString()); }
            word.Clear();
        }
    }

    private enum Writing { Latin, Ideographs, Arabic, Hebrew, Devanagari, Thai, Other }

    private static Writing Script(List<string> words) => words[0][0] switch
    {
        < (char)0x250 => Writing.Latin,
        >= (char)0x590 and < (char)0x600 => Writing.Hebrew,
        >= (char)0x600 and < (char)0x780 => Writing.Arabic,
        >= (char)0x900 and < (char)0x980 => Writing.Devanagari,
        >= (char)0xE00 and < (char)0xE80 => Writing.Thai,
        var c when IsIdeograph(c) => Writing.Ideographs,
        _ => Writing.Other,
    };

    private static bool IsIdeograph(char c) => c is >= (char)0x3040 and < (char)0x3100 or >= (char)0x3400 and < (char)0xA000 or >= (char)0xAC00 and < (char)0xD7B0 or >= (char)0x1100 and < (char)0x1200;

    private static string Latin(string letter) => ToLatin.GetValueOrDefault(letter, letter);

    /// <summary>Cyrillic and Greek letters, and Latin ones that no decomposition reaches.</summary>
    private static readonly FrozenDictionary<string, string> ToLatin = new Dictionary<string, string>
    {
        ["а"] = "a", ["б"] = "b", ["в"] = "v", ["г"] = "g", ["ґ"] = "g", ["д"] = "d", ["е"] = "e", ["ё"] = "e", ["є"] = "ye", ["ж"] = "zh", ["з"] = "z", ["и"] = "i", ["і"] = "i", ["й"] = "y", ["к"] = "k",
        ["л"] = "l", ["м"] = "m", ["н"] = "n", ["о"] = "o", ["п"] = "p", ["р"] = "r", ["с"] = "s", ["т"] = "t", ["у"] = "u", ["ф"] = "f", ["х"] = "kh", ["ц"] = "ts", ["ч"] = "ch", ["ш"] = "sh",
        ["щ"] = "shch", ["ъ"] = "", ["ы"] = "y", ["ь"] = "", ["э"] = "e", ["ю"] = "yu", ["я"] = "ya",
        ["α"] = "a", ["β"] = "v", ["γ"] = "g", ["δ"] = "d", ["ε"] = "e", ["ζ"] = "z", ["η"] = "i", ["θ"] = "th", ["ι"] = "i", ["κ"] = "k", ["λ"] = "l", ["μ"] = "m", ["ν"] = "n", ["ξ"] = "x", ["ο"] = "o",
        ["π"] = "p", ["ρ"] = "r", ["σ"] = "s", ["ς"] = "s", ["τ"] = "t", ["υ"] = "y", ["φ"] = "f", ["χ"] = "ch", ["ψ"] = "ps", ["ω"] = "o",
        ["ß"] = "ss", ["ø"] = "o", ["đ"] = "d", ["ł"] = "l", ["æ"] = "ae", ["œ"] = "oe", ["ı"] = "i", ["þ"] = "th", ["ð"] = "d",
    }.ToFrozenDictionary();
}

/// <summary>Slips of the finger between two short texts.</summary>
internal static class Slips
{
    /// <summary>Letters added, lost, changed or swapped; stops counting above <paramref name="most"/> and gives one more.</summary>
    public static int Distance(string left, string right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most) { return most + 1; }
        var (before, last, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++) { last[j] = j; }
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) { row[j] = Math.Min(row[j], before[j - 2] + 1); }
                least = Math.Min(least, row[j]);
            }

            if (least > most) { return most + 1; }
            (before, last, row) = (last, row, before);
        }

        return last[right.Length];
    }
}
