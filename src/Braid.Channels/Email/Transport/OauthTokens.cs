using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Braid.Channels.Email.Transport;

/// <summary>Access tokens for XOAUTH2, renewed five minutes before they expire. Kept in memory only.</summary>
internal sealed class OauthTokens
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> tokens = new(StringComparer.Ordinal);

    public async Task<string> GetAsync(EmailSettings settings, HttpClient http, TimeProvider clock, CancellationToken ct)
    {
        var key = settings.OauthTokenUrl + "\n" + settings.OauthClientId + "\n" + settings.OauthRefreshToken;
        if (tokens.TryGetValue(key, out var known) && known.Until > clock.GetUtcNow()) { return known.Token; }
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = settings.OauthRefreshToken ?? "",
            ["client_id"] = settings.OauthClientId ?? "",
            ["client_secret"] = settings.OauthClientSecret ?? "",
        });
        using var answer = await http.PostAsync(new Uri(settings.OauthTokenUrl!), form, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        if ((int)answer.StatusCode is 400 or 401) { throw new MailSignInException("The mail provider no longer accepts the OAuth sign-in. Connect the mailbox again.", Error(text)); }
        if (!answer.IsSuccessStatusCode) { throw new MailProtocolException($"The OAuth server answered {(int)answer.StatusCode}."); }
        using var json = Parse(text);
        if (json is null || !json.RootElement.TryGetProperty("access_token", out var token)) { throw new MailProtocolException("The OAuth server sent no access token."); }
        var seconds = json.RootElement.TryGetProperty("expires_in", out var expires) && expires.TryGetInt32(out var given) ? given : 3600;
        var result = token.GetString() ?? "";
        tokens[key] = (result, clock.GetUtcNow().AddSeconds(seconds) - Early);
        return result;
    }

    public void Forget() => tokens.Clear();

    /// <summary>The SASL message of XOAUTH2.</summary>
    public static string Message(string user, string token) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"user={user}\u0001auth=Bearer {token}\u0001\u0001"));

    private static string? Error(string text)
    {
        using var json = Parse(text);
        return json?.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : null;
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The server refused our credentials.</summary>
internal sealed class MailSignInException(string message, string? code = null) : Exception(message)
{
    public string? Code { get; } = code;
}
