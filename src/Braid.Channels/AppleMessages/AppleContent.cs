using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.AppleMessages;

/// <summary>What a message says, carries, or chose.</summary>
internal static class AppleContent
{
    private const char Place = '\uFFFC'; // stands in the text where an attachment is

    public static InboundEvent Fill(InboundEvent e, string type, JsonElement json)
    {
        var text = json.Text("body")?.Replace(Place.ToString(), "", StringComparison.Ordinal).Trim();
        e = e with { Text = string.IsNullOrWhiteSpace(text) ? null : text, Attachments = [.. json.Items("attachments").Select(AppleFile.Read)] };
        return type switch
        {
            "text" => e,
            "interactive" => Interactive(e, json),
            _ => Unsupported(e, type),
        };
    }

    public static Dictionary<string, string> Extra(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var extra = new Dictionary<string, string>();
        foreach (var (name, value) in values)
        {
            if (value is { Length: > 0 and <= 1000 }) { extra[name] = value; }
        }

        return extra;
    }

    private static InboundEvent Interactive(InboundEvent e, JsonElement json)
    {
        var reference = json.Get("interactiveDataRef");
        if (reference.IsObject())
        {
            // Too large to come along. What was chosen lies encrypted at Apple; the title is what the customer saw.
            return e with { Kind = InboundKind.Postback, Text = reference.Text("title"), Extra = With(e.Extra, ("dataRef", reference.GetRawText())) };
        }

        var data = json.Get("interactiveData").Get("data");
        var request = data.Id("requestIdentifier");
        var reply = data.Get("replyMessage");
        e = e with { Kind = InboundKind.Postback, Extra = With(e.Extra, ("requestId", request)) };
        if (data.Get("quick-reply") is { ValueKind: JsonValueKind.Object } quick)
        {
            var items = quick.Items("items").ToList();
            var chosen = quick.Id("selectedIdentifier") is { } name
                ? items.Find(i => i.Id("identifier") == name)
                : quick.Number("selectedIndex") is >= 0 and var index && index < items.Count ? items[(int)index] : default;
            return e with { Payload = quick.Id("selectedIdentifier") ?? chosen.Id("identifier"), Text = chosen.Text("title") ?? reply.Text("title") };
        }

        if (data.Get("listPicker").IsObject())
        {
            // Only what was chosen comes back; several where the section allowed it.
            var items = data.Get("listPicker").Items("sections").SelectMany(s => s.Items("items")).ToList();
            return e with { Payload = Joined(items.Select(i => i.Id("identifier"))), Text = Joined(items.Select(i => i.Text("title"))) ?? reply.Text("title") };
        }

        if (data.Get("event").IsObject())
        {
            var slots = data.Get("event").Items("timeslots").ToList();
            return e with { Payload = Joined(slots.Select(s => s.Id("identifier"))), Text = reply.Text("subtitle") ?? Joined(slots.Select(s => s.Text("startTime"))) ?? reply.Text("title") };
        }

        foreach (var kind in new[] { "dynamic", "authenticate", "payment" })
        {
            if (data.Get(kind).Exists()) { return e with { Payload = data.Get(kind).GetRawText() is { Length: <= 4000 } answer ? answer : kind, Text = reply.Text("title") ?? kind }; }
        }

        return Unsupported(e with { Kind = InboundKind.Message }, json.Get("interactiveData").Text("bid") ?? "interactive");
    }

    private static InboundEvent Unsupported(InboundEvent e, string what) => e with
    {
        Status = "unsupported", Attachments = [.. e.Attachments, new(AttachmentKind.Unknown) { Facts = new Dictionary<string, string> { ["content"] = what } }],
    };

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> extra, (string Name, string? Value) more)
    {
        var all = new Dictionary<string, string>(extra);
        foreach (var (name, value) in Extra(more)) { all[name] = value; }
        return all;
    }

    private static string? Joined(IEnumerable<string?> values) => string.Join(", ", values.OfType<string>()) is { Length: > 0 } text ? text : null;
}
