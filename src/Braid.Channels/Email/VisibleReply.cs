namespace Braid.Channels.Email;

/// <summary>
/// What the person wrote now, without quoted history and signature. Nothing is deleted: the whole text stays beside it. When unsure it
/// cuts less, and an empty result means the whole text is shown.
/// </summary>
internal static class VisibleReply
{
    private const int MostLines = 20_000;
    private static readonly System.Buffers.SearchValues<char> DelimiterMarks = System.Buffers.SearchValues.Create("-–—_=*#~+.ᐧ \t");

    public static string Of(string text, string? subject = null)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines.Length > MostLines) { return text.Trim(); }
        var visible = string.Join('\n', new Cutter(lines, ReplyMarks.IsForwardSubject(subject)).Cut()).Trim('\n', ' ', '\t', '\r');
        return visible.Length == 0 ? text.Trim() : visible;
    }

    private sealed class Cutter(string[] lines, bool forwarded)
    {
        // Far more than any real mail has; looking behind each of them costs a walk to the end.
        private const int MostAttributions = 100;

        private readonly List<string> kept = [];
        private int attributions;

        public List<string> Cut()
        {
            var i = 0;
            while (i < lines.Length)
            {
                var line = lines[i].TrimEnd();
                if (ReplyMarks.IsForward(line))
                {
                    // What somebody forwards to us is news, not history.
                    TrimTail();
                    kept.AddRange(lines[i..]);
                    return kept;
                }

                if (IsTypeAbove(line) || (line is "--" or "-- " or "- --" && HasText)) { break; }
                if (ReplyMarks.IsSentFrom(line))
                {
                    if (HasText && !OwnTextFollowsQuotes(i + 1)) { break; }
                    i++;
                    continue;
                }

                if (HasText && !forwarded && (ReplyMarks.IsSeparator(line) || StartsHeaderBlock(i))) { break; }
                if (attributions < MostAttributions && AttributionEnd(i) is > 0 and var after)
                {
                    attributions++;
                    if (!Passes(ref i, after)) { break; }
                    continue;
                }

                HasText |= !IsBlank(line) && !IsQuote(line);
                kept.Add(lines[i].TrimEnd('\r'));
                i++;
            }

            TrimTail();
            return kept;
        }

        /// <summary>Own words were met so far.</summary>
        private bool HasText { get; set; }

        /// <summary>An attribution was met: false when all from here is history, else moves past what is to be left out.</summary>
        private bool Passes(ref int i, int after)
        {
            var first = NextText(after);
            if (first >= lines.Length) { return false; }
            if (!IsQuote(lines[first]))
            {
                // The whole mail lies under the attribution: its author wrote there.
                if (HasText) { return false; }
                i = after;
                return true;
            }

            if (!OwnTextFollowsQuotes(first)) { return false; }
            var bottomPosted = !HasText;
            i = after;
            if (bottomPosted)
            {
                for (i = first; i < lines.Length && (IsQuote(lines[i]) || IsBlank(lines[i])); i++) { }
            }

            return true;
        }

        /// <summary>Is there text of their own behind the quotes, that is not a wrapped quote, a signature or older history?</summary>
        private bool OwnTextFollowsQuotes(int from)
        {
            var sawQuote = false;
            for (var i = from; i < lines.Length; i++)
            {
                var line = lines[i].TrimEnd();
                if (IsQuote(line)) { sawQuote = true; continue; }
                if (IsBlank(line) || IsDelimiter(line) && line.Trim() is not "--") { continue; }
                if (line.Trim() is "--" || ReplyMarks.IsSentFrom(line) || ReplyMarks.IsSeparator(line) || StartsHeaderBlock(i)) { return false; }
                if (IsWrappedQuote(i)) { continue; }
                if (AttributionEnd(i) is > 0 and var end) { i = end - 1; continue; }
                return sawQuote;
            }

            return false;
        }

        // Mail programs wrap long quoted lines and forget the mark on the rest.
        private bool IsWrappedQuote(int i) =>
            i > 0 && IsQuote(lines[i - 1]) && lines[i - 1].Length >= 60 && lines[i - 1].TrimEnd() is var before && before[^1] is not ('?' or '!')
            && char.IsLower(lines[i].TrimStart()[0]) && (i + 1 >= lines.Length || IsQuote(lines[i + 1]) || IsBlank(lines[i + 1]));

        /// <summary>Index after an attribution that starts here and may run over up to four lines; 0 when there is none.</summary>
        private int AttributionEnd(int start)
        {
            var line = lines[start].Trim();
            if (line.Length is 0 or > 400 || IsQuote(line)) { return 0; }
            var joined = "";
            var used = 0;
            for (var i = start; i < lines.Length && used < 5 && joined.Length < 400; i++)
            {
                var next = lines[i].Trim();
                if (next.Length == 0)
                {
                    // A blank line inside only where an address follows on lines of its own.
                    if (i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith('<')) { continue; }
                    return 0;
                }

                // "<ana@example.com" may have been wrapped before its ">:".
                if (used > 0 && IsQuote(next) && joined.LastIndexOf('<') <= joined.LastIndexOf('>')) { return 0; }
                joined = used == 0 ? next : next.StartsWith('>') || joined.EndsWith('<') ? joined + next : joined + " " + next;
                used++;
                if (ReplyMarks.IsAttribution(joined)) { return BeginsLater(start, i) ? 0 : i + 1; }
            }

            return 0;
        }

        /// <summary>The last words of the person themselves must not be swallowed by the attribution below them.</summary>
        private bool BeginsLater(int start, int end)
        {
            var opens = ReplyMarks.OpensAttribution(lines[start].Trim());
            for (var j = start + 1; j <= end; j++)
            {
                var line = lines[j].Trim();
                var tail = string.Join(' ', lines[j..(end + 1)].Select(l => l.Trim()));
                if ((!opens || ReplyMarks.OpensAttribution(line)) && ReplyMarks.IsAttribution(tail)) { return true; }
            }

            return false;
        }

        /// <summary>At least three of From, Sent, To and Subject within six lines, beginning with one of them.</summary>
        private bool StartsHeaderBlock(int start)
        {
            if (ReplyMarks.HeaderGroup(lines[start]) is not (0 or 1)) { return false; }
            var groups = new HashSet<int>();
            for (int i = start, seen = 0; i < lines.Length && seen < 7; i++, seen++)
            {
                if (IsBlank(lines[i])) { break; }
                if (ReplyMarks.HeaderGroup(lines[i]) is >= 0 and var group) { groups.Add(group); }
            }

            return groups.Count >= 3 && groups.Contains(0);
        }

        private void TrimTail()
        {
            var hasText = HasText;
            while (kept.Count > 0 && (IsBlank(kept[^1]) || IsDelimiter(kept[^1]) || (hasText && IsQuote(kept[^1])))) { kept.RemoveAt(kept.Count - 1); }
        }

        private int NextText(int i)
        {
            while (i < lines.Length && IsBlank(lines[i])) { i++; }
            return i;
        }

        private static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);

        private static bool IsDelimiter(string line) => line.Length > 0 && line.AsSpan().IndexOfAnyExcept(DelimiterMarks) < 0;

        private static bool IsQuote(string line) => line.AsSpan().TrimStart().StartsWith(">");

        private static bool IsTypeAbove(string line) => line.TrimStart(' ', '>').StartsWith("##- ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" -##", StringComparison.Ordinal);
    }
}
