using System.Text.Json.Nodes;

namespace Braid.Simulator.WhatsApp;

/// <summary>
/// One thing a person's WhatsApp showed. <paramref name="Kind"/> is the type that was sent (text, image, document, template, interactive, reaction, ...)
/// or, about a message of their own, "read" and "typing". <paramref name="Request"/> is what Braid asked for, word by word.
/// </summary>
public sealed record WhatsAppReceived(string Kind, string Id, string? Text, JsonObject Request, SimulatedFile? File, DateTimeOffset At)
{
    /// <summary>The wamid this one quotes.</summary>
    public string? ReplyTo => Request["context"]?["message_id"]?.GetValue<string>();

    /// <summary>Titles of reply buttons or list rows.</summary>
    public IReadOnlyList<string> Buttons => [.. Choices.Select(c => c.Title)];

    internal IEnumerable<(string Kind, string Id, string Title)> Choices =>
    [
        .. (Request["interactive"]?["action"]?["buttons"] as JsonArray ?? [])
            .Select(b => ("button_reply", b?["reply"]?["id"]?.GetValue<string>() ?? "", b?["reply"]?["title"]?.GetValue<string>() ?? "")),
        .. (Request["interactive"]?["action"]?["sections"] as JsonArray ?? []).SelectMany(s => s?["rows"] as JsonArray ?? [])
            .Select(r => ("list_reply", r?["id"]?.GetValue<string>() ?? "", r?["title"]?.GetValue<string>() ?? "")),
    ];
}

/// <summary>One thing a person said on WhatsApp.</summary>
public sealed record WhatsAppSaid(string Id, JsonObject Message, Task Acknowledged);

/// <summary>A message template of the business. Parameters are written {{1}} or {{name}}.</summary>
public sealed record WhatsAppTemplate(string Name, string Language, string Body, string Category = "UTILITY", string? Header = null, string Status = "APPROVED")
{
    internal string Id { get; init; } = "";
    internal IReadOnlyList<string> BodyParameters => Placeholders.In(Body);
    internal IReadOnlyList<string> HeaderParameters => Placeholders.In(Header ?? "");
    internal bool IsNamed => BodyParameters.Concat(HeaderParameters).Any(p => !p.All(char.IsAsciiDigit));
}
