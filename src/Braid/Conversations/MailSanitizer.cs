using Braid.Channels.Email;

namespace Braid.Conversations;

/// <summary>The email channel's allow-list sanitiser.</summary>
internal sealed class MailSanitizer : IHtmlSanitizer
{
    public string Sanitise(string html, bool pictures, IReadOnlyDictionary<string, string> inline) =>
        HtmlSanitizer.Sanitize(html, id => inline.GetValueOrDefault(id), pictures).Html;
}
