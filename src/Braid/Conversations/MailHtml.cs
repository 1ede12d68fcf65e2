using Braid.Channels.Email;

namespace Braid.Conversations;

/// <summary>The email channel's sanitiser behind our door.</summary>
internal sealed class MailHtml : IHtmlSanitizer
{
    public string Sanitise(string html, bool pictures, IReadOnlyDictionary<string, string> inline) =>
        HtmlSanitizer.Sanitize(html, id => inline.GetValueOrDefault(id), pictures).Html;
}
