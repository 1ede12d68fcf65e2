using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>What a message must hold, by type. Gives the text the person reads, if there is any.</summary>
internal static class WhatsAppContent
{
    public static readonly string[] Types =
        ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive", "template"];

    public static string? Check(WhatsAppNumber number, string type, JsonObject message, SimulatedFile? file)
    {
        var content = message[type] as JsonObject;
        switch (type)
        {
            case "text":
                return Limited(content?.Text("body"), "text['body']", 4096);
            case "image" or "video" or "audio" or "document" or "sticker":
                return Media(type, content, file);
            case "template":
                return new WhatsAppTemplates(number).Render(content!);
            case "interactive":
                CheckInteractive(content!);
                return Limited(content!["body"] is JsonObject body ? body.Text("text") : null, "interactive['body']['text']", content.Text("type") == "list" ? 4096 : 1024);
            case "reaction":
                return content?.Text("message_id") is null ? throw GraphAnswer.Invalid("The parameter reaction['message_id'] is required.") : content.Text("emoji");
            case "location":
                return content?["latitude"] is null || content["longitude"] is null ? throw GraphAnswer.Invalid("The parameters latitude and longitude are required.") : null;
            case "contacts":
                return null;
            default:
                throw GraphAnswer.Invalid($"Param type must be one of {{{string.Join(", ", Types)}}} - got \"{type}\".");
        }
    }

    private static string? Media(string type, JsonObject? content, SimulatedFile? file)
    {
        if (content?.Text("id") is null && content?.Text("link") is null)
        {
            throw GraphAnswer.Refuse(131008, "Required parameter is missing", $"One of id or link is required for {type}.");
        }

        if (content.Text("id") is { } id && file is null)
        {
            throw GraphAnswer.Refuse(131009, "Parameter value is not valid", $"The media id {id} does not exist or has expired.");
        }

        return content.Text("caption") is { } caption ? Limited(caption, $"{type}['caption']", 1024) : null;
    }

    private static string Limited(string? text, string name, int limit) => text switch
    {
        null or "" => throw GraphAnswer.Invalid($"The parameter {name} is required."),
        { Length: var length } when length > limit => throw GraphAnswer.Invalid($"Param {name} must be at most {limit} characters long."),
        _ => text,
    };

    private static void CheckInteractive(JsonObject content)
    {
        if (content.Text("type") != "button")
        {
            return;
        }

        var buttons = content["action"].Objects("buttons").ToList();
        if (buttons.Count is 0 or > 3)
        {
            throw GraphAnswer.Refuse(131009, "Parameter value is not valid", "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3");
        }

        if (buttons.Exists(b => (b["reply"] as JsonObject)?.Text("title") is not { Length: >= 1 and <= 20 }))
        {
            throw GraphAnswer.Refuse(131009, "Parameter value is not valid", "Button title length invalid. Min length: 1, Max length: 20");
        }
    }
}
