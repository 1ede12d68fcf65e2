using System.Text.Json;
using Braid.Channels.Common;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Braid.Channels.GoogleChat;

internal sealed class GoogleChatReceiver : IReceiver<GoogleChatSettings>
{
    private const string Google = "https://accounts.google.com";

    private static readonly HttpReply Nothing = HttpReply.Text("{}", contentType: "application/json");

    /// <summary>Google wants a JSON answer; what we say comes later, by the API.</summary>
    public Verdict Verify(WebhookRequest request, GoogleChatSettings settings)
    {
        var keys = request.Keys.GetValueOrDefault(settings.Keys.AbsoluteUri);
        var bearer = Jwt.Bearer(request);
        if (settings.Audience == GoogleChatAudience.ProjectNumber)
        {
            return settings.ProjectNumber is { Length: > 0 } number && Jwt.Check(bearer, keys, [settings.Issuer], [number], request.ReceivedAt) is not null
                ? new Verdict.Genuine(Nothing) : new Verdict.Forged("the token is missing or not right");
        }

        // The audience is the address as it was entered at Google; our own key in it, if any, included.
        var token = Jwt.Check(bearer, keys, [Google, "accounts.google.com"], [request.Url.AbsoluteUri, request.Url.GetLeftPart(UriPartial.Path)], request.ReceivedAt);
        return token is not null && Claim(token, "email") == settings.Issuer && Claim(token, "email_verified") is "true" or "True"
            ? new Verdict.Genuine(Nothing)
            : new Verdict.Forged("the token is missing or not right");
    }

    public Reading Read(RawDelivery delivery, GoogleChatSettings settings) => ChannelJson.Read(delivery, "a Google Chat event", json =>
        json.Get("chat").IsObject() ? ReadAddOn(json)
        : json.Text("type") is { } type ? ReadEvent(type, json)
        : new Reading.Unreadable("not a Google Chat event"));

    private static Reading ReadEvent(string type, JsonElement json) => type switch
    {
        "MESSAGE" or "ADDED_TO_SPACE" when json.Get("message").IsObject() => GoogleChatMessages.Message(json.Get("message"), json.Get("space"), json.Get("user")),
        "CARD_CLICKED" => GoogleChatMessages.Tap(json, json, json.Get("common")),
        "REMOVED_FROM_SPACE" => new Reading.Ignored("the app was removed from a space"),
        _ => new Reading.Ignored($"{type}: no content for us"),
    };

    /// <summary>Apps built as Workspace add-ons get the same things in another envelope.</summary>
    private static Reading ReadAddOn(JsonElement json)
    {
        var chat = json.Get("chat");
        if (chat.Get("messagePayload") is { ValueKind: JsonValueKind.Object } said && said.Get("message").IsObject())
        {
            return GoogleChatMessages.Message(said.Get("message"), said.Get("space"), chat.Get("user"));
        }

        return chat.Get("buttonClickedPayload") is { ValueKind: JsonValueKind.Object } tapped
            ? GoogleChatMessages.Tap(chat, tapped, json.Get("commonEventObject"))
            : new Reading.Ignored("an add-on event without content for us");
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<object>(name, out var value) ? value?.ToString() : null;
}
