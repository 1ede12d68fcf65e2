using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Braid.Simulator.LiveChat;

/// <summary>A shop's own server, signing who its visitor is: a JWT with HS256.</summary>
public static class IdentityToken
{
    public static string Sign(string secret, string userId, string? name, string? email, DateTimeOffset expires)
    {
        var claims = new JsonObject { ["sub"] = userId, ["exp"] = expires.ToUnixTimeSeconds() };
        if (name is not null)
        {
            claims["name"] = name;
        }

        if (email is not null)
        {
            (claims["email"], claims["email_verified"]) = (email, true);
        }

        var signed = Part(new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" }) + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
