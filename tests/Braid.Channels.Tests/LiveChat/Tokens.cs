using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Tests.LiveChat;

/// <summary>Tokens made by hand, so that a mistake in the library can't hide on both sides.</summary>
internal static class Tokens
{
    public const string Secret = "a-secret-of-at-least-32-characters-0001";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public const string Hs256 = """{"alg":"HS256","typ":"JWT"}""";

    public static string Signed(string payload, string header = Hs256, string secret = Secret)
    {
        var content = Url(header) + "." + Url(payload);
        return content + "." + Url(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(content)));
    }

    /// <summary>`"sub":"42"` and an expiry, with more claims if given.</summary>
    public static string Claims(string more = "", long secondsLeft = 600) =>
        $$"""{"sub":"42","exp":{{Now.ToUnixTimeSeconds() + secondsLeft}}{{(more.Length == 0 ? "" : "," + more)}}}""";

    public static string Url(string text) => Url(Encoding.UTF8.GetBytes(text));

    public static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
