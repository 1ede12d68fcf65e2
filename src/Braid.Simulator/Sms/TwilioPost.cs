using System.Security.Cryptography;
using System.Text;

namespace Braid.Simulator.Sms;

/// <summary>A form as Twilio posts and signs it, for messages and calls.</summary>
internal static class TwilioPost
{
    public static HttpRequestMessage Signed(Uri url, IReadOnlyList<KeyValuePair<string, string>> fields, string token)
    {
        var text = url.AbsoluteUri + string.Concat(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + f.Value));
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(fields) };
#pragma warning disable CA5350 // As the real one.
        request.Headers.Add("X-Twilio-Signature", Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text))));
#pragma warning restore CA5350
        return request;
    }
}
