using System.IO.Compression;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>Only the token is signed, not the body; bodies may be compressed.</summary>
internal sealed class AppleReceiver : IReceiver<AppleMessagesSettings>
{
    private const int MostBytes = 8 * 1024 * 1024;

    public Verdict Verify(WebhookRequest request, AppleMessagesSettings settings) =>
        AppleToken.Problem(Jwt.Bearer(request), settings, request.ReceivedAt) is { } problem ? new Verdict.Forged(problem)
        : request.Header("destination-id") is { } business && business != settings.BusinessId ? new Verdict.Forged("the message is for another business", 403)
        : new Verdict.Genuine();

    public Reading Read(RawDelivery delivery, AppleMessagesSettings settings)
    {
        if (Unpacked(delivery.Body) is not { } body) { return new Reading.Unreadable("not a message of Apple's: it can't be unpacked"); }
        return ChannelJson.Read(delivery with { Body = body }, "a message of Apple's", json =>
        {
            var (message, headers) = Recorded.Open(json);
            var capabilities = headers.Text("capability-list") ?? delivery.Headers.FirstOrDefault(h => h.Key.Equals("capability-list", StringComparison.OrdinalIgnoreCase)).Value;
            return Message(message, capabilities);
        });
    }

    private static Reading Message(JsonElement json, string? capabilities)
    {
        if (json.Text("type") is not { } type) { return new Reading.Unreadable("not a message of Apple's: it has no type"); }
        if (json.Id("id") is not { } id || json.Id("sourceId") is not { } from) { return new Reading.Ignored($"{type} without id or sender"); }

        var account = json.Id("destinationId");
        switch (type)
        {
            case "typing_start" or "typing_end":
                return new Reading.Ignored("the customer is typing or stopped")
                {
                    Signals = [new(type == "typing_start" ? SignalKind.Typing : SignalKind.StoppedTyping, from, from, account)],
                };
            case "close":
                return new Reading.Ignored($"{from} deleted the conversation: nothing can be sent until they write again");
        }

        var e = new InboundEvent(InboundKind.Message)
        {
            Account = account,
            ExternalId = id,
            ThreadId = from,
            Sender = new Sender(from) { Language = json.Text("locale") },
            Extra = AppleContent.Extra(("intent", json.Text("intent")), ("group", json.Text("group")), ("capabilities", capabilities)),
        };
        return new Reading.Events([AppleContent.Fill(e, type, json)]);
    }

    /// <summary>By its first bytes, since a proxy may have kept or dropped the header. Null when it is damaged or far too large.</summary>
    private static ReadOnlyMemory<byte>? Unpacked(ReadOnlyMemory<byte> body)
    {
        if (body.Span is not [0x1F, 0x8B, ..]) { return body; }
        try
        {
            using var packed = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
            using var whole = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (packed.Read(chunk) is > 0 and var length)
            {
                if (whole.Length + length > MostBytes) { return null; }
                whole.Write(chunk, 0, length);
            }

            return whole.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
