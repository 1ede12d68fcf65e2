using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Braid.Simulator.Load;

/// <summary>
/// A whole HTTP request as bytes, with fixed-width places for what differs from message to message, so that the next one costs a few copies
/// (and for WhatsApp one HMAC). One per connection: the buffer is written over.
/// </summary>
internal sealed class LoadBody
{
    private const int Width = 9;
    private const string Stamp = "1790000000";
    private readonly byte[] request;
    private readonly byte[]? key;
    private readonly int bodyAt;
    private readonly int signatureAt;
    private readonly int[] numberAt;
    private readonly int[] personAt;
    private readonly int people;

    public LoadBody(LoadOptions options, DateTimeOffset now)
    {
        var target = options.Target;
        var (header, body) = target switch
        {
            LoadTarget.Echo echo => ($"X-Echo-Secret: {echo.Secret}", Echo(options.Run)),
            LoadTarget.Telegram telegram => ($"X-Telegram-Bot-Api-Secret-Token: {telegram.Secret}", Telegram()),
            LoadTarget.WhatsApp whatsApp => ($"X-Hub-Signature-256: sha256={new string('0', 64)}", WhatsApp(options.Run, whatsApp.PhoneNumberId)),
            _ => throw new NotSupportedException(),
        };
        // The instant is that of the run's start: exact to the second is all the providers give.
        var stamp = now.ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        body = body.Replace(Stamp, stamp, StringComparison.Ordinal).Replace("2026-01-01T00:00:00Z", now.ToString("yyyy-MM-dd'T'HH':'mm':'ss'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        body = Padded(body, options.BodyBytes);
        var head = $"POST {target.Webhook.PathAndQuery} HTTP/1.1\r\nHost: {target.Webhook.Authority}\r\nContent-Type: application/json\r\n{header}\r\n" +
            $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";
        request = Encoding.UTF8.GetBytes(head + body);
        bodyAt = Encoding.UTF8.GetByteCount(head);
        key = (target as LoadTarget.WhatsApp)?.AppSecret is { } secret ? Encoding.UTF8.GetBytes(secret) : null;
        signatureAt = key is null ? 0 : request.AsSpan().IndexOf("sha256="u8) + 7;
        (numberAt, personAt) = (Places("#########"), Places("@@@@@@@@@"));
        people = options.People;
    }

    public ReadOnlyMemory<byte> For(int number)
    {
        Write(numberAt, number);
        Write(personAt, number % people);
        if (key is not null)
        {
            Span<byte> hash = stackalloc byte[32];
            HMACSHA256.HashData(key, request.AsSpan(bodyAt), hash);
            Convert.TryToHexStringLower(hash, request.AsSpan(signatureAt, 64), out _);
        }

        return request;
    }

    private static string Echo(string run) =>
        $$"""{"id":"{{run}}-#########","from":"load-@@@@@@@@@","name":"Load @@@@@@@@@","text":"Is my kettle on its way? (#########)","at":"2026-01-01T00:00:00Z"}""";

    // JSON numbers can't start with zeros: ids get a leading 1.
    private static string Telegram() =>
        """{"update_id":1#########,"message":{"message_id":1#########,"from":{"id":5@@@@@@@@@,"is_bot":false,"first_name":"Load","last_name":"@@@@@@@@@","language_code":"en"},"chat":{"id":5@@@@@@@@@,"first_name":"Load","type":"private","last_name":"@@@@@@@@@"},"date":1790000000,"text":"Is my kettle on its way? (#########)"}}""";

    private static string WhatsApp(string run, string phoneNumberId) =>
        """{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"441632960141","phone_number_id":"PHONE"},"contacts":[{"profile":{"name":"Load @@@@@@@@@"},"wa_id":"44@@@@@@@@@","user_id":"GB.77@@@@@@@@@"}],"messages":[{"from":"44@@@@@@@@@","from_user_id":"GB.77@@@@@@@@@","id":"wamid.RUN-#########","timestamp":"1790000000","type":"text","text":{"body":"Is my kettle on its way? (#########)"}}]},"field":"messages"}]}]}"""
            .Replace("PHONE", phoneNumberId, StringComparison.Ordinal).Replace("RUN", run, StringComparison.Ordinal);

    private static string Padded(string body, int size)
    {
        const string Field = ",\"padding\":\"\"";
        var missing = size - body.Length - Field.Length;
        return missing <= 0 ? body : $"{body[..^1]},\"padding\":\"{new string('x', missing)}\"}}";
    }

    private int[] Places(string mark)
    {
        var places = new List<int>();
        var bytes = Encoding.ASCII.GetBytes(mark);
        for (var at = 0; request.AsSpan(at).IndexOf(bytes) is >= 0 and var found; at += found + bytes.Length)
        {
            places.Add(at + found);
        }

        return [.. places];
    }

    private void Write(int[] places, int value)
    {
        foreach (var at in places)
        {
            value.TryFormat(request.AsSpan(at, Width), out _, "D9", CultureInfo.InvariantCulture);
        }
    }
}
