using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

/// <summary>Sends over the listener's stream. Ids are made from our message's id, so receipts and errors lead back to it.</summary>
internal sealed class XmppSender(LiveLines<XmppStream> lines) : ISender<XmppSettings>
{
    public async Task<SendResult> SendAsync(OutboundMessage message, XmppSettings settings, ProviderContext context, CancellationToken ct)
    {
        var to = message.ThreadId ?? message.RecipientId;
        if (!IsAddress(to)) { return new SendResult.Failed(FailureKind.Unreachable, "This is no XMPP address. It looks like name@example.org."); }
        if (lines.Find(settings.LineName) is not { } stream) { return LiveLines<XmppStream>.NotConnected; }
        var group = settings.Joins.Contains(to) || (message.RecipientId != to && message.RecipientId.StartsWith(to + "/", StringComparison.Ordinal));
        List<(string? Text, OutboundAttachment? File)> parts =
            [.. TextSplitter.Split(message.Text, XmppChannel.Limits.TextLength).Select(text => ((string?)text, (OutboundAttachment?)null)), .. message.Attachments.Select(file => ((string?)null, (OutboundAttachment?)file))];
        return await PartwiseSend.RunAsync(message, parts, async (part, index) =>
        {
            var id = index == 0 ? message.Id.ToString("D") : string.Create(CultureInfo.InvariantCulture, $"{message.Id:D}-{index}");
            try
            {
                XElement stanza;
                if (part.File is { } file)
                {
                    var (url, refused) = await new XmppUpload(stream, settings).PutAsync(file, context, ct);
                    if (refused is not null) { return refused; }
                    stanza = XmppStanzas.File(settings.Jid, to, group, id, url!);
                }
                else
                {
                    stanza = XmppStanzas.Chat(settings.Jid, to, group, id, part.Text!);
                    if (index == 0 && message.ReplyTo is { } quoted) { stanza.Quoting(quoted, message.RecipientId); }
                }

                await stream.SayAsync(stanza, ct);
                return new SendResult.Sent(id);
            }
            catch (Exception e) when (e is IOException or SocketException or TimeoutException or ObjectDisposedException)
            {
                return new SendResult.Unknown("the connection to the XMPP server broke while sending");
            }
        });
    }

    internal static bool IsAddress(string jid) => jid.Length is > 2 and < 2000 && jid.IndexOf('@', StringComparison.Ordinal) > 0 && !jid.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}

/// <summary>XEP-0363: the server gives an address to put the file to, and one to get it from.</summary>
internal sealed class XmppUpload(XmppStream stream, XmppSettings settings)
{
    public async Task<(string? Url, SendResult? Refused)> PutAsync(OutboundAttachment file, ProviderContext context, CancellationToken ct)
    {
        if (await ServiceAsync(ct) is not { } service) { return (null, Content("Your XMPP server takes no files. Send a link instead.")); }
        if (file.Size > service.Most) { return (null, Content($"{file.Name} is larger than your XMPP server takes. Send a link instead.")); }
        Stream content;
        try
        {
            content = await file.OpenAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return (null, Content($"The file {file.Name} can't be read. Attach it again."));
        }

        await using var open = content;
        var slot = await stream.AskAsync("get", service.Jid, new XElement(
            XmppNames.Upload + "request", new XAttribute("filename", XmppXml.Clean(file.Name)), new XAttribute("size", file.Size), new XAttribute("content-type", file.ContentType)), ct);
        var put = slot.Element(XmppNames.Upload + "slot")?.Element(XmppNames.Upload + "put");
        if (put.Attr("url") is not { } to || slot.Element(XmppNames.Upload + "slot")!.Element(XmppNames.Upload + "get").Attr("url") is not { } from || !IsSafe(to))
        {
            return (null, new SendResult.Retry("the XMPP server gives no place for the file now", TimeSpan.FromMinutes(1)));
        }

        using var request = new HttpRequestMessage(HttpMethod.Put, to) { Content = new StreamContent(content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type) ? type : new("application/octet-stream");
        request.Content.Headers.ContentLength = file.Size;
        foreach (var header in put!.Elements(XmppNames.Upload + "header").Where(h => h.Attr("name") is "Authorization" or "Cookie" or "Expires"))
        {
            request.Headers.TryAddWithoutValidation(header.Attr("name")!, header.Value.ReplaceLineEndings(""));
        }

        var answer = await ProviderCall.SendAsync(request, context.Http, context.Clock, XmppChannel.Limits.CallTimeout, ct);
        return answer is ProviderAnswer.Answered { Ok: true } ? (from, null) : (null, Outcomes.BeforeSending(Outcomes.Of(answer, "The XMPP server")));
    }

    private async Task<(string Jid, long Most)?> ServiceAsync(CancellationToken ct)
    {
        if (stream.UploadKnown) { return stream.UploadService; }
        var items = await stream.AskAsync("get", settings.Domain, new XElement(XmppNames.DiscoItems + "query"), ct);
        var candidates = items.Element(XmppNames.DiscoItems + "query")?.Elements(XmppNames.DiscoItems + "item").Select(i => i.Attr("jid")).OfType<string>().Take(20).ToList() ?? [];
        foreach (var jid in candidates.Prepend(settings.Domain))
        {
            var info = (await stream.AskAsync("get", jid, new XElement(XmppNames.Disco + "query"), ct)).Element(XmppNames.Disco + "query");
            if (info?.Elements(XmppNames.Disco + "feature").Any(f => f.Attr("var") == XmppNames.Upload.NamespaceName) != true) { continue; }
            var most = info.Descendants().Where(f => f.Name.LocalName == "field" && f.Attr("var") == "max-file-size").Select(f => f.Value.Trim()).FirstOrDefault();
            stream.UploadService = (jid, long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : XmppChannel.Limits.AttachmentBytes);
            break;
        }

        stream.UploadKnown = true;
        return stream.UploadService;
    }

    private bool IsSafe(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || SecureLine.IsLoopback(settings.RealHost));

    private static SendResult.Failed Content(string reason) => new(FailureKind.Content, reason);
}
