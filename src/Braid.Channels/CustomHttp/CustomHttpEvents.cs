using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;
using Braid.Channels.Email.Mime;

namespace Braid.Channels.CustomHttp;

/// <summary>What one posted event came to: an event, a signal, or what is wrong with it.</summary>
internal readonly record struct CustomHttpRead(InboundEvent? Event, Signal? Signal, string? Code, string? Fault)
{
    public static CustomHttpRead No(string code, string fault) => new(null, null, code, fault);
}

internal static class CustomHttpEvents
{
    private const int MostId = 255;
    private const int MostExtras = 20;
    private const int MostExtra = 500;

    public static CustomHttpRead Of(JsonElement json)
    {
        if (!json.IsObject()) { return CustomHttpRead.No("not_an_event", "An event is a JSON object."); }
        if (json.Id("id") is not { Length: <= MostId } id) { return CustomHttpRead.No("invalid_id", $"id is missing or longer than {MostId} characters."); }
        var type = json.Text("type") ?? "";
        var thread = json.Get("conversation").Id("id");
        var sender = ToSender(json.Get("sender"));
        if (thread is null or { Length: > MostId } && type != "status") { return CustomHttpRead.No("invalid_conversation", "conversation.id is missing or too long."); }
        if (sender is null && type is "message" or "edit" or "delete" or "reaction" or "postback") { return CustomHttpRead.No("invalid_sender", "sender.id is missing."); }

        var target = json.Id("target");
        if (target is null && type is "edit" or "delete" or "reaction" or "status") { return CustomHttpRead.No("missing_target", "target names no message."); }
        var e = new InboundEvent(InboundKind.Message)
        {
            ExternalId = id,
            ThreadId = thread,
            ThreadTitle = json.Get("conversation").Text("subject"),
            Audience = json.Get("conversation").Text("audience") == "shared" ? Audience.Shared : Audience.Private,
            Sender = sender,
            Timestamp = Time(json),
            Outbound = json.Text("direction") == "outbound",
            Extra = Extras(json),
        };
        return type switch
        {
            "message" => Message(e, json, id),
            "edit" => Yes(Content(e, json, id) with { Kind = InboundKind.Edit, ExternalId = target, TargetKey = target, EventId = id }),
            "delete" => Yes(e with { Kind = InboundKind.Delete, ExternalId = target, TargetKey = target, EventId = id }),
            "reaction" => Reaction(e, json, target!),
            "postback" => Yes(e with { Kind = InboundKind.Postback, Text = json.Text("text"), Payload = json.Text("payload"), ReplyTo = json.Id("replyTo") ?? target, TargetKey = json.Id("replyTo") ?? target }),
            "status" => Yes(Status(e, json, target!, id)),
            "read" => Yes(e with { Kind = InboundKind.Read, ExternalId = target ?? id, TargetKey = target, EventId = id, Status = "read" }),
            "typing" => new(null, new Signal(json.Get("typing").ValueKind == JsonValueKind.False ? SignalKind.StoppedTyping : SignalKind.Typing, thread!, sender?.Id), null, null),
            _ => CustomHttpRead.No("unknown_type", type.Length == 0 ? "type is missing." : $"There is no type \"{(type.Length > 40 ? type[..40] : type)}\"."),
        };
    }

    private static CustomHttpRead Yes(InboundEvent e) => new(e, null, null, null);

    private static CustomHttpRead Message(InboundEvent e, JsonElement json, string id)
    {
        var said = Content(e, json, id);
        return said.Text is null && said.Attachments.Count == 0 ? CustomHttpRead.No("empty_message", "The message has neither text nor attachments.") : Yes(said);
    }

    private static InboundEvent Content(InboundEvent e, JsonElement json, string id)
    {
        var files = json.Items("attachments").Select((file, i) => CallbackFiles.Read(file, id, i)).ToList();
        var text = json.Text("text") ?? (json.Text("html") is { } html && HtmlText.Of(html).Trim() is { Length: > 0 } plain ? JsonText.WellFormed(plain) : null);
        return e with
        {
            Text = text ?? json.Items("attachments").Select(file => file.Text("caption")).FirstOrDefault(caption => caption is not null),
            Attachments = files,
            ReplyTo = json.Id("replyTo"),
            TargetKey = json.Id("replyTo"),
            Status = files.Exists(f => f.Kind == AttachmentKind.Unknown) ? "unsupported" : null,
        };
    }

    private static CustomHttpRead Reaction(InboundEvent e, JsonElement json, string target) => (json.Text("emoji") ?? json.Text("text")) is { } emoji || json.Flag("removed")
        ? Yes(e with { Kind = InboundKind.Reaction, ReplyTo = target, TargetKey = target, Text = json.Text("emoji") ?? json.Text("text"), Status = json.Flag("removed") ? "removed" : "added" })
        : CustomHttpRead.No("missing_emoji", "emoji is missing.");

    private static InboundEvent Status(InboundEvent e, JsonElement json, string target, string id) => e with
    {
        Kind = InboundKind.Status,
        ExternalId = target,
        TargetKey = target,
        EventId = id,
        Sender = e.Sender is { } sender ? sender with { Name = null } : null,
        Status = json.Text("status") is "sent" or "delivered" or "read" or "failed" ? json.Text("status") : "unknown",
        // Our own id comes back where their system keeps no id of its own.
        Correlation = Guid.TryParse(target, out var ours) ? ours.ToString("D") : null,
        ErrorCode = json.Get("error").Id("code"),
        ErrorText = json.Get("error").Text("message"),
    };

    private static Sender? ToSender(JsonElement json)
    {
        if (json.Id("id") is not { Length: <= MostId } id) { return null; }
        var (email, phone) = (json.Text("email")?.Trim().ToLowerInvariant(), PhoneNumbers.E164(json.Text("phone")?.Trim()));
        List<ContactKey> keys = [];
        if (email is { Length: <= 320 } && email.IndexOf('@', StringComparison.Ordinal) > 0) { keys.Add(new(KeyKind.Email, email, Proof: null)); }
        if (phone is not null) { keys.Add(new(KeyKind.Phone, phone, Proof: null)); }
        return new Sender(id) { Name = json.Text("name"), Username = json.Text("username"), Keys = keys, Language = json.Text("locale"), Address = keys.Count > 0 ? keys[0].Value : null };
    }

    /// <summary>RFC 3339 with offset, or a Unix time.</summary>
    private static DateTimeOffset? Time(JsonElement json) =>
        json.Epoch("timestamp")
        ?? (DateTimeOffset.TryParse(json.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null);

    /// <summary>The plain values of `metadata` and of the sender's `attributes`.</summary>
    private static Dictionary<string, string> Extras(JsonElement json)
    {
        var extra = new Dictionary<string, string>();
        foreach (var (prefix, bag) in new[] { ("metadata.", json.Get("metadata")), ("attribute.", json.Get("sender").Get("attributes")) })
        {
            if (!bag.IsObject()) { continue; }
            foreach (var item in bag.EnumerateObject().Take(MostExtras))
            {
                string? value = item.Value.ValueKind switch
                {
                    JsonValueKind.String => JsonText.Of(item.Value),
                    JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => item.Value.GetRawText(),
                    _ => null,
                };
                if (value is { Length: > 0 and <= MostExtra } && Name(item) is { Length: <= 64 } name) { extra[prefix + name] = value; }
            }
        }

        return extra;
    }

    /// <summary>A name with a lone surrogate can't be told.</summary>
    private static string? Name(JsonProperty item)
    {
        try { return JsonText.WellFormed(item.Name); }
        catch (InvalidOperationException) { return null; }
    }
}
