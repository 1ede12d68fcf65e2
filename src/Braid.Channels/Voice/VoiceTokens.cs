using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Voice;

/// <summary>Twilio's access tokens: a JWT under the API key's secret that lets a browser take calls as one client, and nothing else.</summary>
internal static class VoiceTokens
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public static PhoneToken? Make(string client, VoiceSettings settings, DateTimeOffset now)
    {
        if (settings is not { ApiKeySid: { Length: > 0 } key, ApiKeySecret: { Length: > 0 } secret }) { return null; }
        var (from, until) = (now.ToUnixTimeSeconds(), (now + Life).ToUnixTimeSeconds());
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "HS256", ["cty"] = "twilio-fpa;v=1" };
        var claims = new JsonObject
        {
            ["jti"] = $"{key}-{from}",
            ["iss"] = key,
            ["sub"] = settings.AccountSid,
            ["iat"] = from,
            ["exp"] = until,
            ["grants"] = new JsonObject { ["identity"] = client, ["voice"] = new JsonObject { ["incoming"] = new JsonObject { ["allow"] = true } } },
        };
        return new(HmacJwt.Make(header, claims, secret), DateTimeOffset.FromUnixTimeSeconds(until));
    }
}
