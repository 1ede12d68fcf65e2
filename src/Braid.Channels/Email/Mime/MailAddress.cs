using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>Name and address as they stand in a header; either may be missing in what people send.</summary>
internal sealed record MailAddress(string? Name, string? Address);

/// <summary>RFC 5322 address lists. One pass, no recursion: nested comments and groups can't exhaust the stack.</summary>
internal static class MailAddresses
{
    public static IReadOnlyList<MailAddress> Read(string? value)
    {
        var list = new List<MailAddress>();
        if (string.IsNullOrWhiteSpace(value)) { return list; }
        var reader = new Scanner(value);
        while (list.Count < MimeLimits.Addresses && reader.TryNext(out var address))
        {
            if (address is not null) { list.Add(address); }
        }

        return list;
    }

    private sealed class Scanner(string value)
    {
        private readonly StringBuilder raw = new();
        private readonly StringBuilder name = new();
        private readonly StringBuilder comment = new();
        private int at;

        public bool TryNext(out MailAddress? address)
        {
            address = null;
            if (at >= value.Length) { return false; }
            raw.Clear();
            name.Clear();
            comment.Clear();
            string? angle = null;
            while (at < value.Length)
            {
                var c = value[at];
                if (c is ',' or ';') { at++; break; }
                if (c == '(') { Comment(); }
                else if (c == '"') { Quoted(); }
                else if (c == '<' && angle is null) { angle = Angle(); }
                else if (c == ':' && angle is null && !raw.ToString().Contains('@', StringComparison.Ordinal)) { GroupStarts(); }
                else if (c == '=' && EncodedWords.EndOf(value, at) is > 0 and var end && end - at < 1000)
                {
                    raw.Append(value, at, end - at);
                    name.Append(value, at, end - at);
                    at = end;
                }
                else
                {
                    at++;
                    if (c is '>' or '\\') { continue; }
                    raw.Append(c);
                    name.Append(c);
                }
            }

            address = Build(angle);
            return true;
        }

        private void GroupStarts()
        {
            at++;
            raw.Clear();
            name.Clear();
            comment.Clear();
        }

        private MailAddress? Build(string? angle)
        {
            var remark = Clean(comment.ToString());
            if (angle is not null)
            {
                var shown = Clean(name.ToString()) ?? remark;
                var address = Address(angle);
                return address is null && shown is null ? null : new MailAddress(shown, address);
            }

            var text = Address(raw.ToString());
            if (text is null) { return null; }
            if (text.StartsWith('"') || !text.Contains(' ', StringComparison.Ordinal) || !text.Contains('@', StringComparison.Ordinal))
            {
                return text.Contains('@', StringComparison.Ordinal) ? new MailAddress(remark, text) : new MailAddress(Clean(name.ToString()), null);
            }

            // "Ana Lima ana@example.com": the brackets were forgotten.
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var found = words.First(w => w.Contains('@', StringComparison.Ordinal));
            return new MailAddress(Clean(string.Join(' ', words.Where(w => !ReferenceEquals(w, found)))) ?? remark, found);
        }

        private void Comment()
        {
            var depth = 0;
            if (comment.Length > 0) { comment.Append(' '); }
            for (; at < value.Length; at++)
            {
                var c = value[at];
                if (c == '\\' && at + 1 < value.Length) { comment.Append(value[++at]); continue; }
                if (c == '(' && depth++ == 0) { continue; }
                if (c == ')' && --depth == 0) { at++; break; }
                comment.Append(c);
            }

            raw.Append(' ');
        }

        private void Quoted()
        {
            raw.Append('"');
            for (at++; at < value.Length && value[at] != '"'; at++)
            {
                if (value[at] == '\\' && at + 1 < value.Length) { raw.Append('\\'); at++; }
                raw.Append(value[at]);
                name.Append(value[at]);
            }

            raw.Append('"');
            at++;
        }

        private string Angle()
        {
            var start = ++at;
            var quoted = false;
            for (; at < value.Length; at++)
            {
                if (value[at] == '\\') { at++; }
                else if (value[at] == '"') { quoted = !quoted; }
                else if (value[at] == '>' && !quoted) { break; }
            }

            var inside = value[start..Math.Min(at, value.Length)];
            if (at >= value.Length && inside.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma && !inside.StartsWith('@'))
            {
                // Never closed: the next comma ends it.
                at = start + comma;
                return inside[..comma];
            }

            at = Math.Min(at + 1, value.Length);
            if (inside.StartsWith('@') && inside.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) { inside = inside[(colon + 1)..]; }
            return WithoutComments(inside);
        }

        private static string WithoutComments(string text)
        {
            if (!text.Contains('(', StringComparison.Ordinal)) { return text; }
            var result = new StringBuilder();
            var depth = 0;
            var quoted = false;
            foreach (var c in text)
            {
                if (c == '"' && depth == 0) { quoted = !quoted; }
                if (c == '(' && !quoted) { depth++; }
                else if (c == ')' && !quoted && depth > 0) { depth--; }
                else if (depth == 0) { result.Append(c); }
            }

            return result.ToString();
        }

        private static string? Address(string text)
        {
            var trimmed = text.Trim().TrimStart('<').Trim();
            if (trimmed.Length == 0) { return null; }
            if (trimmed.Contains("=?", StringComparison.Ordinal)) { trimmed = EncodedWords.Decode(trimmed).Trim(); }
            var result = new StringBuilder(trimmed.Length);
            var quoted = false;
            foreach (var c in trimmed)
            {
                if (c == '"') { quoted = !quoted; }
                if (char.IsWhiteSpace(c) && !quoted)
                {
                    if (result.Length > 0 && result[^1] is not (' ' or '@' or '.')) { result.Append(' '); }
                    continue;
                }

                if (c is '@' or '.' && !quoted && result.Length > 0 && result[^1] == ' ') { result.Length--; }
                result.Append(c);
            }

            return result.ToString().TrimEnd();
        }

        private static string? Clean(string text)
        {
            var decoded = EncodedWords.Decode(text).Trim();
            var result = new StringBuilder(decoded.Length);
            foreach (var c in decoded)
            {
                if (char.IsWhiteSpace(c) || char.IsControl(c))
                {
                    if (result.Length > 0 && result[^1] != ' ') { result.Append(' '); }
                }
                else
                {
                    result.Append(c);
                }
            }

            var name = result.ToString().Trim();
            return name.Length == 0 ? null : name;
        }
    }
}
