using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

/// <summary>
/// Holds the stream. What came while we were away is asked from the server's archive (MAM), after the last id known; a server without one
/// keeps messages for us until we are present, or else the gap is noted. The position is that id with the time.
/// </summary>
internal sealed class XmppListener(LiveLines<XmppStream> lines) : IListener<XmppSettings>
{
    private static readonly TimeSpan Mark = TimeSpan.FromMinutes(1);

    public bool IsWanted(XmppSettings settings) => true;

    public async Task ListenAsync(XmppSettings settings, IListenerHost host, CancellationToken ct)
    {
        try
        {
            await using var stream = await XmppStream.OpenAsync(settings, host.Dial, host.Clock, ct);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var run = new Run(stream, settings, host);
            var reading = run.ReadAsync(ending.Token);
            var tending = TendAsync(run, stream, settings, host, ending.Token);
            var first = await Task.WhenAny(reading, tending);
            await ending.CancelAsync();
            await stream.DisposeAsync();
            await Task.WhenAll(reading.ContinueWith(_ => { }, TaskScheduler.Default), tending.ContinueWith(_ => { }, TaskScheduler.Default));
            ct.ThrowIfCancellationRequested();
            await first;
        }
        catch (XmppRefusedException e)
        {
            throw Trouble(host, $"{e.Message} {e.Fix}");
        }
        catch (AuthenticationException)
        {
            throw Trouble(host, "The server's certificate is not trusted. Enter its SHA-256 fingerprint in the inbox's settings, if you know it is right.");
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or ObjectDisposedException && !ct.IsCancellationRequested)
        {
            throw Trouble(host, "The XMPP server can't be reached, or the connection broke.");
        }

        throw Trouble(host, "The XMPP server closed the stream.");
    }

    /// <summary>Everything but reading: catching up, presence, signs of life.</summary>
    private async Task TendAsync(Run run, XmppStream stream, XmppSettings settings, IListenerHost host, CancellationToken ct)
    {
        if (!settings.Component)
        {
            await run.CatchUpAsync(ct);
            await stream.AskAsync("set", null, new XElement(XmppNames.Carbons + "enable"), ct);
            await stream.WriteAsync(new XElement(XmppNames.Client + "presence"), ct);
            foreach (var room in settings.Joins) { await stream.WriteAsync(run.Entering(room), ct); }

            // Answered in order: from here on the server knows that we are there.
            await stream.AskAsync("get", settings.Domain, new XElement(XmppNames.Ping + "ping"), ct);
        }

        using var held = lines.Hold(settings.LineName, stream);
        host.Report(null);
        await run.MarkAsync(ct);
        while (true)
        {
            await Task.Delay(Mark, host.Clock, ct);
            await stream.AskAsync("get", settings.Domain, new XElement(XmppNames.Ping + "ping"), ct);
            await run.MarkAsync(ct);
        }
    }

    private static IOException Trouble(IListenerHost host, string words)
    {
        host.Report(words);
        return new IOException(words);
    }

    private sealed class Run(XmppStream stream, XmppSettings settings, IListenerHost host) : IDisposable
    {
        private readonly SemaphoreSlim storing = new(1);
        private readonly DateTimeOffset? lastAlive = Time(Field(host.Position, "at"));
        private string? archived = Field(host.Position, "mam");
        private volatile bool skipping;

        public async Task ReadAsync(CancellationToken ct)
        {
            while (await stream.ReadAsync(ct) is { } stanza)
            {
                if (stanza.Name.LocalName == "presence")
                {
                    // People may see that we are there.
                    if (stanza.Attr("type") == "subscribe" && stanza.Attr("from") is { } asks)
                    {
                        await stream.WriteAsync(new XElement(XmppNames.Client + "presence", new XAttribute("to", XmppNames.Bare(asks)), new XAttribute("type", "subscribed")), ct);
                    }

                    continue;
                }

                if (stanza.Name.LocalName != "message" || !stanza.HasElements) { continue; }
                var own = stanza.Element(XmppNames.Mam + "result").Attr("id")
                    ?? stanza.Descendants(XmppNames.Sid + "stanza-id").FirstOrDefault(s => s.Attr("by") == settings.Jid).Attr("id");
                await StoreAsync([Delivery(stanza)], own, ct);
                if (stanza.Element(XmppNames.Receipts + "request") is not null && stanza.Attr("type") is null or "chat" or "normal" && Receipt(stanza) is { } receipt)
                {
                    await stream.WriteAsync(receipt, ct);
                }
            }
        }

        /// <summary>The results come as messages, through the same door as live ones; what comes twice has the same key.</summary>
        public async Task CatchUpAsync(CancellationToken ct)
        {
            var first = archived is null;
            while (true)
            {
                var place = first ? new XElement(XmppNames.Rsm + "before") : new XElement(XmppNames.Rsm + "after", archived);
                var query = new XElement(XmppNames.Mam + "query", new XElement(XmppNames.Rsm + "set", new XElement(XmppNames.Rsm + "max", first ? 0 : 50), place));
                var answer = await stream.AskAsync("set", null, query, ct);
                if (answer.Attr("type") == "error")
                {
                    if (!first && answer.Descendants(XmppNames.Stanzas + "item-not-found").Any())
                    {
                        Gap("The server's archive no longer holds the last message we know.");
                        first = true;
                        continue;
                    }

                    await WithoutArchiveAsync(ct);
                    return;
                }

                if (first)
                {
                    await NewestAsync(ct);
                    return;
                }

                var fin = answer.Element(XmppNames.Mam + "fin");
                var last = fin?.Element(XmppNames.Rsm + "set")?.Element(XmppNames.Rsm + "last")?.Value;
                if (fin.Attr("complete") == "true" || string.IsNullOrEmpty(last)) { return; }
                archived = last;
            }
        }

        public void Dispose() => storing.Dispose();

        public async Task MarkAsync(CancellationToken ct) => await StoreAsync([], null, ct);

        /// <summary>With what was said since we were last there.</summary>
        public XElement Entering(string room)
        {
            var history = new XElement(XmppNames.Muc + "history");
            history.Add(lastAlive is { } at
                ? new XAttribute("since", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture))
                : new XAttribute("maxstanzas", 0));
            return new XElement(XmppNames.Client + "presence", new XAttribute("to", $"{room}/{settings.Local}"), new XElement(XmppNames.Muc + "x", history));
        }

        /// <summary>At the very first start only what comes from now on is ours: the archive's newest id is where we begin.</summary>
        private async Task NewestAsync(CancellationToken ct)
        {
            var query = new XElement(XmppNames.Mam + "query", new XElement(XmppNames.Rsm + "set", new XElement(XmppNames.Rsm + "max", 1), new XElement(XmppNames.Rsm + "before")));
            skipping = true;
            var answer = await stream.AskAsync("set", null, query, ct);
            skipping = false;
            archived = answer.Element(XmppNames.Mam + "fin")?.Element(XmppNames.Rsm + "set")?.Element(XmppNames.Rsm + "last")?.Value;
        }

        private async Task WithoutArchiveAsync(CancellationToken ct)
        {
            var info = await stream.AskAsync("get", settings.Domain, new XElement(XmppNames.Disco + "query"), ct);
            if (!info.Descendants(XmppNames.Disco + "feature").Any(f => f.Attr("var") == "msgoffline")) { Gap("The XMPP server keeps no messages for those who are away."); }
        }

        private void Gap(string reason)
        {
            if (lastAlive is { } from) { host.ReportGap(from, host.Clock.GetUtcNow(), reason); }
        }

        private async Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string? own, CancellationToken ct)
        {
            if (skipping && deliveries.Count > 0) { return; }
            await storing.WaitAsync(ct);
            try
            {
                archived = own ?? archived;
                await host.StoreAsync(deliveries, new JsonObject { ["mam"] = archived, ["at"] = host.Clock.GetUtcNow().ToUnixTimeMilliseconds() }.ToJsonString(), ct);
            }
            finally
            {
                storing.Release();
            }
        }

        private RawDelivery Delivery(XElement stanza) => new() { Body = Encoding.UTF8.GetBytes(XmppXml.Text(stanza)), ContentType = "text/xml", ReceivedAt = host.Clock.GetUtcNow() };

        private XElement? Receipt(XElement stanza) => stanza.Attr("id") is { } id && stanza.Attr("from") is { } from && stanza.Own("body") is not null
            ? XmppStanzas.Received(settings.Jid, from, "r-" + id, id) : null;

        private static string? Field(string? position, string name)
        {
            if (position is null) { return null; }
            using var json = System.Text.Json.JsonDocument.Parse(position);
            return json.RootElement.Id(name);
        }

        private static DateTimeOffset? Time(string? text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
