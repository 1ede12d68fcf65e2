using System.Text;

namespace Braid.Simulator.Mail;

/// <summary>MIME parts: each string is the part's own header fields, an empty line and its body.</summary>
internal static class MailParts
{
    public static string Text(string subtype, string text) =>
        $"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QuotedPrintable(text)}\r\n";

    public static string File(SimulatedFile file)
    {
        var name = MailHeaders.Encode(file.Name);
        var extended = "UTF-8''" + Uri.EscapeDataString(file.Name);
        return $"Content-Type: {file.ContentType}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n" +
            $"Content-Disposition: attachment; filename*={extended}\r\n\r\n{Convert.ToBase64String(file.Content, Base64FormattingOptions.InsertLineBreaks)}\r\n";
    }

    public static string Multipart(string subtype, string boundary, IEnumerable<string> parts)
    {
        var body = new StringBuilder($"Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
        foreach (var part in parts)
        {
            body.Append("--").Append(boundary).Append("\r\n").Append(part);
        }

        return body.Append("--").Append(boundary).Append("--\r\n").ToString();
    }

    private static string QuotedPrintable(string text)
    {
        var result = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var length = 0;
            var bytes = Encoding.UTF8.GetBytes(line);
            for (var i = 0; i < bytes.Length; i++)
            {
                var b = bytes[i];
                var plain = b is >= 33 and <= 126 and not (byte)'=' || (b == ' ' && i < bytes.Length - 1);
                var piece = plain ? ((char)b).ToString() : $"={b:X2}";
                if (length + piece.Length > 75)
                {
                    result.Append("=\r\n");
                    length = 0;
                }

                result.Append(piece);
                length += piece.Length;
            }

            result.Append("\r\n");
        }

        return result.ToString(0, result.Length - 2);
    }
}
