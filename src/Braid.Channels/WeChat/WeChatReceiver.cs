using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

internal sealed class WeChatReceiver : IReceiver<WeChatSettings>
{
    // WeChat signs each of its three retries anew, so an old time is a replay.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    public Verdict Verify(WebhookRequest request, WeChatSettings settings)
    {
        string Asked(string name) => request.Query.GetValueOrDefault(name) ?? "";
        var (timestamp, nonce) = (Asked("timestamp"), Asked("nonce"));
        if (!Signatures.IsFresh(timestamp, request.ReceivedAt, Tolerance)) { return new Verdict.Forged("the timestamp is missing or too old"); }

        bool Signed(string name, string? more) => Secrets.Match(
            Asked(name), more is null ? WeChatCrypto.Signature(settings.Token, timestamp, nonce) : WeChatCrypto.Signature(settings.Token, timestamp, nonce, more));

        if (request.Method == "GET") { return Handshake(Asked("echostr"), Asked("msg_signature").Length > 0, Signed, settings); }
        if (settings.Mode != WeChatMode.Safe)
        {
            if (!Signed("signature", null)) { return new Verdict.Forged("the signature does not match the token"); }
            return Asked("msg_signature").Length == 0 || Covered() ? Yes() : new Verdict.Forged("msg_signature does not match");
        }

        return Covered() ? Yes() : new Verdict.Forged("msg_signature is missing or does not match the token");

        bool Covered() => WeChatXml.Parse(request.Body)?.Text("Encrypt") is { } encrypted && Signed("msg_signature", encrypted);
    }

    /// <summary>Anything else, or nothing within 5 seconds, and WeChat sends the message again and then tells the customer that we are broken.</summary>
    private static Verdict.Genuine Yes() => new(HttpReply.Text("success"));

    /// <summary>The echo comes in the clear, or, for accounts that encrypt the handshake too, signed and encrypted.</summary>
    private static Verdict Handshake(string echo, bool encrypted, Func<string, string?, bool> signed, WeChatSettings settings)
    {
        var answer = !encrypted && signed("signature", null) ? echo
            : encrypted && signed("msg_signature", echo) ? WeChatCrypto.Decrypt(echo, settings.EncodingAesKey, settings.AppId)
            : null;
        return answer is { Length: > 0 } ? new Verdict.Challenge(HttpReply.Text(answer)) : new Verdict.Forged("the signature does not match the token", 403);
    }

    public Reading Read(RawDelivery delivery, WeChatSettings settings)
    {
        if (WeChatXml.Parse(delivery.Body) is not { } xml) { return new Reading.Unreadable("not a WeChat message: the XML is broken"); }
        // In compatible mode clear fields stand beside the encrypted ones, which alone are signed: with a key at hand those count.
        if (xml.Text("Encrypt") is { } encrypted && (settings.Mode == WeChatMode.Safe || xml.Text("MsgType") is null || !string.IsNullOrEmpty(settings.EncodingAesKey)))
        {
            if (WeChatCrypto.Decrypt(encrypted, settings.EncodingAesKey, settings.AppId) is not { } clear)
            {
                return new Reading.Unreadable("the message can't be decrypted: check the AppID and the EncodingAESKey, then read it again");
            }

            if (WeChatXml.Parse(clear) is not { } inner) { return new Reading.Unreadable("not a WeChat message: the decrypted XML is broken"); }
            xml = inner;
        }

        return WeChatContent.Read(xml);
    }
}
