using System.Text;

namespace Braid.Channels.Email.Mime;

/// <summary>RFC 3676 format=flowed: lines that end in a space go on in the next one, within the same quoting depth.</summary>
internal static class FlowedText
{
    public static string Join(string text, bool deleteSpace)
    {
        var result = new StringBuilder(text.Length);
        var open = false;
        var first = true;
        var openDepth = 0;
        foreach (var line in text.Split('\n'))
        {
            var depth = 0;
            while (depth < line.Length && line[depth] == '>') { depth++; }
            var content = line[depth..];
            if (content.StartsWith(' ')) { content = content[1..]; }
            var signature = content == "-- ";
            var flowed = content.EndsWith(' ') && !signature;
            var joins = open && depth == openDepth && !signature;
            if (!joins)
            {
                if (!first) { result.Append('\n'); }
                result.Append('>', depth);
                if (depth > 0 && content.Length > 0) { result.Append(' '); }
            }

            result.Append(flowed && deleteSpace ? content[..^1] : content);
            first = false;
            open = flowed;
            openDepth = depth;
        }

        return result.ToString();
    }
}
