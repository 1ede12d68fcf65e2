namespace Braid.Conversations;

/// <summary>Whether somebody asks the same again: most of the words of two messages are the same. Pure.</summary>
internal static class AskedTwice
{
    private const int LeastWords = 4;
    private const double Alike = 0.6;

    public static bool Same(string left, string right)
    {
        var (one, other) = (Words(left), Words(right));
        if (one.Count < LeastWords || other.Count < LeastWords) { return false; }
        var shared = one.Intersect(other).Count();
        return shared / (double)(one.Count + other.Count - shared) >= Alike;
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var from = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && from < 0) { from = i; }
            else if (!inside && from >= 0) { words.Add(text[from..i].ToLowerInvariant()); from = -1; }
        }

        return words;
    }
}
