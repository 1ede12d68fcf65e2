namespace Braid.Channels.WeChat;

/// <summary>What a message or an event says. Types we don't know are shown as unsupported, never lost.</summary>
internal static class WeChatContent
{
    public static Reading Read(WeChatXml xml)
    {
        if (xml.Text("MsgType") is not { } type) { return new Reading.Unreadable("not a WeChat message: it names no type"); }
        if (xml.Text("FromUserName") is not { } person) { return new Reading.Unreadable("not a WeChat message: it names no sender"); }
        if (type == "event") { return Event(xml, person); }
        if (xml.Text("MsgId") is not { } id) { return new Reading.Unreadable("a WeChat message without MsgId"); }

        var e = From(xml, person, InboundKind.Message) with { ExternalId = id };
        return new Reading.Events([type switch
        {
            "text" when xml.Text("bizmsgmenuid") is { } choice => e with { Kind = InboundKind.Postback, Text = xml.Text("Content"), Payload = choice },
            "text" => e with { Text = xml.Text("Content") },
            "image" => File(e, AttachmentKind.Image, xml, null),
            "voice" => File(e, AttachmentKind.Audio, xml, xml.Text("Format")) with { Text = xml.Text("Recognition") },
            "video" or "shortvideo" => File(e, AttachmentKind.Video, xml, null),
            "location" => With(e, AttachmentKind.Location, ("latitude", xml.Text("Location_X")), ("longitude", xml.Text("Location_Y")), ("name", xml.Text("Label"))),
            "link" => With(e, AttachmentKind.Share, ("title", xml.Text("Title")), ("description", xml.Text("Description")), ("url", xml.Text("Url"))) with
            {
                Text = xml.Text("Title"),
            },
            _ => With(e, AttachmentKind.Unknown, ("content", type)) with { Status = "unsupported" },
        }]);
    }

    private static Reading Event(WeChatXml xml, string person)
    {
        var name = xml.Text("Event") ?? "unnamed";
        switch (name)
        {
            case "CLICK" or "SCAN" when xml.Text("EventKey") is { } choice:
                var id = $"{person}:{xml.Text("CreateTime")}:{name}";
                // Events have no id: a second tap within one second is told apart by what was tapped.
                return new Reading.Events([From(xml, person, InboundKind.Postback) with { ExternalId = id, Key = $"{id}:{choice}", Payload = choice }]);
            case "TEMPLATESENDJOBFINISH" when xml.Text("MsgID") is { } message:
                return new Reading.Events([Finished(From(xml, person, InboundKind.Status), message, xml.Text("Status") ?? "unknown")]);
            case "subscribe":
                return new Reading.Ignored($"{person} follows the account now{(xml.Text("EventKey") is { } scene ? $" ({scene})" : "")}");
            case "unsubscribe":
                return new Reading.Ignored($"{person} no longer follows the account and can't be written to");
            default:
                return new Reading.Ignored($"event {name}: no content for us");
        }
    }

    private static InboundEvent Finished(InboundEvent e, string message, string status) => e with
    {
        ExternalId = message,
        TargetKey = message,
        Status = status == "success" ? "delivered" : status.StartsWith("failed", StringComparison.Ordinal) ? "failed" : "unknown",
        ErrorCode = status == "success" ? null : status,
        ErrorText = status == "success" ? null
            : status.Contains("block", StringComparison.Ordinal) ? "The customer blocks messages of your account."
            : "WeChat could not deliver the template. Try again later.",
    };

    private static InboundEvent From(WeChatXml xml, string person, InboundKind kind) => new(kind)
    {
        Sender = new Sender(person), ThreadId = person, Timestamp = xml.Seconds("CreateTime"),
    };

    private static InboundEvent File(InboundEvent e, AttachmentKind kind, WeChatXml xml, string? format) => e with
    {
        Attachments = [new(kind) { MediaRef = xml.Text("MediaId"), ContentType = format is null ? null : "audio/" + format.ToLowerInvariant() }],
    };

    private static InboundEvent With(InboundEvent e, AttachmentKind kind, params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (value is not null) { known[name] = value; }
        }

        return e with { Attachments = [new(kind) { Facts = known }] };
    }
}
