using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Braid.Channels.Common;

namespace Braid.Channels.Xmpp;

/// <summary>From the first byte to a stream that is signed in: TLS, then SASL and a resource; or a component's handshake.</summary>
#pragma warning disable CA1001 // What it opens is handed over to the stream, or closed when it fails.
internal sealed class XmppOpening(XmppSettings settings, LineDialer dial, TimeProvider clock)
{
    private Stream line = Stream.Null;
    private XmppXml xml = null!;

    public async Task<XmppStream> RunAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(45), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        line = await dial(settings.RealHost, settings.RealPort, either.Token);
        try
        {
            await using var ending = either.Token.Register(() => line.Dispose());
            if (settings.Component) { await ComponentAsync(either.Token); }
            else { await ClientAsync(either.Token); }
            return new XmppStream(line, xml, settings, clock);
        }
        catch (Exception e)
        {
            await line.DisposeAsync();
            ct.ThrowIfCancellationRequested();
            if (e is System.Xml.XmlException or ObjectDisposedException or InvalidOperationException or OperationCanceledException) { throw new IOException("no XMPP stream"); }
            throw;
        }
    }

    /// <summary>XEP-0114: `hex(SHA1(stream id + secret))`.</summary>
#pragma warning disable CA5350 // The protocol knows no other hash here.
    public static string Handshake(string streamId, string secret) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(streamId + secret)));
#pragma warning restore CA5350

    private async Task ComponentAsync(CancellationToken ct)
    {
        if (settings.Tls == XmppTls.Direct) { line = await SecureLine.OverAsync(line, settings.RealHost, settings.CertificateSha256, ct); }
        var opening = await OpenAsync("jabber:component:accept", ct);
        await WriteAsync($"<handshake>{Handshake(opening.Attr("id") ?? "", settings.Password)}</handshake>", ct);
        if ((await xml.NextAsync())?.Name.LocalName != "handshake") { throw new XmppRefusedException("The server does not accept the component's secret.", "Check the secret and the component's domain."); }
    }

    private async Task ClientAsync(CancellationToken ct)
    {
        if (settings.Tls == XmppTls.Direct) { line = await SecureLine.OverAsync(line, settings.RealHost, settings.CertificateSha256, ct); }
        await OpenAsync("jabber:client", ct);
        var features = await FeaturesAsync();
        var secure = settings.Tls == XmppTls.Direct;
        if (settings.Tls == XmppTls.StartTls && features.Element(XmppNames.Tls + "starttls") is not null)
        {
            await WriteAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", ct);
            if ((await xml.NextAsync())?.Name != XmppNames.Tls + "proceed") { throw new IOException("the server does not begin TLS"); }
            // The certificate is the domain's, whatever host serves it.
            line = await SecureLine.OverAsync(line, settings.Domain, settings.CertificateSha256, ct);
            await OpenAsync("jabber:client", ct);
            features = await FeaturesAsync();
            secure = true;
        }

        if (!secure && settings.Tls != XmppTls.None && !SecureLine.IsLoopback(settings.RealHost))
        {
            throw new XmppRefusedException("The server offers no TLS, so the password would go out in the open.", "Use a server with TLS, or choose TLS None if the way to it is safe.");
        }

        await SignInAsync(features, secure, ct);
        await OpenAsync("jabber:client", ct);
        await FeaturesAsync();
        await WriteAsync($"<iq type='set' id='bind'><bind xmlns='{XmppNames.Bind}'><resource>braid-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}</resource></bind></iq>", ct);
        if ((await xml.NextAsync()).Attr("type") != "result") { throw new XmppRefusedException("The server gives this account no session.", "Ask its admin how many sessions an account may have."); }
    }

    private async Task SignInAsync(XElement features, bool secure, CancellationToken ct)
    {
        var offered = features.Element(XmppNames.Sasl + "mechanisms")?.Elements().Select(m => m.Value.Trim()).ToList() ?? [];
        // PLAIN shows the password to whoever reads along: only inside TLS, on this machine, or where the admin said so.
        var plain = secure || SecureLine.IsLoopback(settings.RealHost) || settings.Tls == XmppTls.None;
        var mechanism = offered.Contains("SCRAM-SHA-256") ? "SCRAM-SHA-256" : offered.Contains("SCRAM-SHA-1") ? "SCRAM-SHA-1" : plain && offered.Contains("PLAIN") ? "PLAIN" : null;
        if (mechanism is null) { throw new XmppRefusedException("The server offers no way to sign in that is safe.", "Ask its admin to allow SCRAM-SHA-256."); }

        var scram = new ScramClient(mechanism, settings.Local, settings.Password, ScramClient.NewNonce());
        var first = mechanism == "PLAIN" ? $"\0{settings.Local}\0{settings.Password}" : scram.First();
        await WriteAsync($"<auth xmlns='{XmppNames.Sasl}' mechanism='{mechanism}'>{Base64(first)}</auth>", ct);
        var answer = await xml.NextAsync();
        if (answer?.Name == XmppNames.Sasl + "challenge" && mechanism != "PLAIN")
        {
            var proof = scram.Final(Plain(answer.Value)) ?? throw new IOException("the server's challenge is none");
            await WriteAsync($"<response xmlns='{XmppNames.Sasl}'>{Base64(proof)}</response>", ct);
            answer = await xml.NextAsync();
        }

        if (answer?.Name != XmppNames.Sasl + "success") { throw new XmppRefusedException("The server does not accept the address and password.", "Check both in the inbox's settings."); }
        if (mechanism != "PLAIN" && !scram.IsProven(Plain(answer.Value))) { throw new XmppRefusedException("The server could not prove that it knows the account.", "Check the host: somebody may stand between."); }
    }

    private async Task<XElement> OpenAsync(string space, CancellationToken ct)
    {
        await WriteAsync($"<?xml version='1.0'?><stream:stream to='{settings.Domain}' version='1.0' xmlns='{space}' xmlns:stream='http://etherx.jabber.org/streams'>", ct);
        xml = new XmppXml(line);
        return await xml.OpeningAsync();
    }

    private async Task<XElement> FeaturesAsync() =>
        await xml.NextAsync() is { Name.LocalName: "features" } features ? features : throw new IOException("the server sent no features");

    private async Task WriteAsync(string text, CancellationToken ct)
    {
        await line.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await line.FlushAsync(ct);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Plain(string base64) => Signatures.Base64(base64.Trim()) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
}
