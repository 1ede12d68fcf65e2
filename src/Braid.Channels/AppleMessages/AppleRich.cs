using System.Text.Json.Nodes;

namespace Braid.Channels.AppleMessages;

/// <summary>Quick replies and list pickers, as far as the customer's device shows them; for others the same choice as numbered text.</summary>
internal static class AppleRich
{
    private const string Bid = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension";
    private const int ShortText = 200;

    /// <summary>What the device last said it can show; where it said nothing, all is tried.</summary>
    public static IReadOnlySet<string> Capabilities(OutboundMessage message) =>
        (message.LatestExtra.GetValueOrDefault("capabilities") ?? "QUICK,LIST").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>The choices to send, each made from a request id, and the text that is left to send before them.</returns>
    public static (IReadOnlyList<Func<string, JsonObject>> Choices, string Text) Of(string text, RichContent rich, IReadOnlySet<string> can)
    {
        IReadOnlyList<RichButton> taps = [.. rich.Buttons, .. rich.QuickReplies];
        var choices = new List<Func<string, JsonObject>>();
        var caption = text.Trim().Length is > 0 and <= ShortText ? text : null;
        var left = new RichContent();
        if (taps.Count is >= 2 and <= 5 && can.Contains("QUICK"))
        {
            choices.Add(id => Quick(id, caption ?? "…", taps));
        }
        else if (taps.Count > 0 && can.Contains("LIST"))
        {
            choices.Add(id => List(id, "…", caption, [new(null, [.. taps.Select(t => new RichRow(t.Value, t.Title))])]));
        }
        else if (taps.Count > 0)
        {
            left = left with { Buttons = taps };
        }

        if (rich.List is { } list && can.Contains("LIST")) { choices.Add(id => List(id, list.Button, caption, list.Sections)); }
        else if (rich.List is not null) { left = left with { List = rich.List }; }

        // A short text is the choice's own caption; it is said once.
        var rest = RichPlan.Of(choices.Count > 0 && caption is not null ? "" : text, left, RichSupport.None).Text;
        return (choices, rest);
    }

    private static JsonObject Quick(string requestId, string summary, IReadOnlyList<RichButton> taps)
    {
        var data = Data(requestId);
        data["quick-reply"] = new JsonObject
        {
            ["summaryText"] = summary,
            ["items"] = new JsonArray([.. taps.Select(t => new JsonObject { ["identifier"] = t.Value, ["title"] = t.Title })]),
        };
        return new() { ["bid"] = Bid, ["data"] = data, ["useLiveLayout"] = true };
    }

    private static JsonObject List(string requestId, string title, string? subtitle, IReadOnlyList<RichSection> sections)
    {
        var data = Data(requestId);
        data["mspVersion"] = "1.0";
        data["images"] = new JsonArray();
        data["listPicker"] = new JsonObject { ["sections"] = new JsonArray([.. sections.Select(Section)]) };
        var received = new JsonObject { ["title"] = title, ["style"] = "icon" };
        if (subtitle is not null) { received["subtitle"] = subtitle; }
        return new() { ["bid"] = Bid, ["data"] = data, ["receivedMessage"] = received, ["replyMessage"] = new JsonObject { ["title"] = title, ["style"] = "icon" } };
    }

    private static JsonObject Section(RichSection section, int order) => new()
    {
        ["title"] = section.Title ?? "",
        ["order"] = order,
        ["multipleSelection"] = false,
        ["items"] = new JsonArray([.. section.Rows.Select((row, i) =>
        {
            var item = new JsonObject { ["identifier"] = row.Id, ["title"] = row.Title, ["order"] = i, ["style"] = "default" };
            if (row.Description is { } more) { item["subtitle"] = more; }
            return item;
        })]),
    };

    private static JsonObject Data(string requestId) => new() { ["version"] = "1.0", ["requestIdentifier"] = requestId };
}
