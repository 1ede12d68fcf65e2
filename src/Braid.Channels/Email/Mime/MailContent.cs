namespace Braid.Channels.Email.Mime;

/// <summary>A file in a mail. Path finds its part again; inline ones are meant to be seen inside the html.</summary>
internal sealed record MailFile(string Path, string? Name, string ContentType, bool Inline, string? ContentId, MimePart Part);

/// <summary>Which parts are the body and which are files (RFC 2046 §5.1.4, 2183, 2387).</summary>
internal sealed record MailContent(string? Text, string? Html, IReadOnlyList<MailFile> Files)
{
    public static MailContent Of(MimePart root)
    {
        var chooser = new Chooser();
        chooser.Visit(root, inRelated: false);
        chooser.PromoteNamedText();
        return new MailContent(
            chooser.Texts.Count == 0 ? null : string.Join("\n", chooser.Texts.Select(BodyText)),
            chooser.Htmls.Count == 0 ? null : string.Join("\n", chooser.Htmls.Select(h => h.DecodeText())),
            chooser.Files);
    }

    private static string BodyText(MimePart part)
    {
        var text = part.DecodeText();
        return part.TypeParameters["format"]?.Trim().Equals("flowed", StringComparison.OrdinalIgnoreCase) == true
            ? FlowedText.Join(text, part.TypeParameters["delsp"]?.Trim().Equals("yes", StringComparison.OrdinalIgnoreCase) == true)
            : text;
    }

    private sealed class Chooser
    {
        public List<MimePart> Texts { get; } = [];
        public List<MimePart> Htmls { get; } = [];
        public List<MailFile> Files { get; } = [];

        public void Visit(MimePart part, bool inRelated)
        {
            if (part.IsMultipart)
            {
                if (part.ContentType == "multipart/alternative") { Alternatives(part, inRelated); }
                else { foreach (var child in part.Children) { Visit(child, inRelated || part.ContentType == "multipart/related"); } }
                return;
            }

            if (part.ContentType is "text/plain" or "text/html" && !part.IsAttachment && part.FileName is null)
            {
                (part.ContentType == "text/plain" ? Texts : Htmls).Add(part);
                return;
            }

            Files.Add(ToFile(part, inRelated));
        }

        /// <summary>Of several branches with html the last one is the richest; the first text is the plainest. Their files all stay.</summary>
        private void Alternatives(MimePart part, bool inRelated)
        {
            List<MimePart> texts = [], htmls = [];
            foreach (var child in part.Children)
            {
                var branch = new Chooser();
                branch.Visit(child, inRelated);
                if (branch.Texts.Count > 0 && texts.Count == 0) { texts = branch.Texts; }
                if (branch.Htmls.Count > 0) { htmls = branch.Htmls; }
                Files.AddRange(branch.Files);
            }

            Texts.AddRange(texts);
            Htmls.AddRange(htmls);
        }

        /// <summary>A text with a file name is a file, unless the mail would have no body without it.</summary>
        public void PromoteNamedText()
        {
            if (Texts.Count > 0 || Htmls.Count > 0) { return; }
            var at = Files.FindIndex(f => f.ContentType is "text/plain" or "text/html" && !f.Part.IsAttachment);
            if (at < 0) { return; }
            (Files[at].ContentType == "text/plain" ? Texts : Htmls).Add(Files[at].Part);
            Files.RemoveAt(at);
        }

        private static MailFile ToFile(MimePart part, bool inRelated)
        {
            var inline = !part.IsAttachment && part.ContentId is not null
                && (inRelated || part.Disposition.Value.Equals("inline", StringComparison.OrdinalIgnoreCase));
            return new MailFile(part.Path, part.FileName, part.ContentType, inline, part.ContentId, part);
        }
    }
}
