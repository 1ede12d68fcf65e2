using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>Buttons, lists, commands and forms ("interactions").</summary>
internal static class DiscordTaps
{
    public static Reading Read(JsonElement json, long type)
    {
        if (type is 1 or 4) { return new Reading.Ignored(type == 1 ? "Discord checks the address" : "Discord asks for suggestions"); }
        var member = json.Get("member");
        var sender = DiscordPayloads.Person(member.IsObject() ? member.Get("user") : json.Get("user"), member);
        if (json.Id("id") is not { } id || json.Id("channel_id") is not { } channel || sender is null)
        {
            return new Reading.Ignored("a tap outside any channel");
        }

        var (text, payload) = Said(json.Get("data"), json.Get("message"), type);
        var message = json.Get("message").Id("id");
        return new Reading.Events(
        [
            new(InboundKind.Postback)
            {
                ExternalId = id,
                Sender = sender with { Language = json.Text("locale") },
                ThreadId = channel,
                Audience = DiscordPayloads.AudienceOf(json),
                ThreadTitle = json.Get("channel").Text("name"),
                Text = text,
                Payload = payload,
                ReplyTo = message,
                TargetKey = message,
                Timestamp = DiscordPayloads.TimeOf(id),
            },
        ]);
    }

    private static (string? Text, string? Payload) Said(JsonElement data, JsonElement message, long type)
    {
        switch (type)
        {
            case 2:
                return ($"/{string.Join(' ', Words(data))}", data.Text("name"));
            case 5:
                var typed = Parts(data).Select(c => c.Text("value")).OfType<string>().ToList();
                return (typed.Count == 0 ? null : string.Join('\n', typed), data.Text("custom_id"));
        }

        var values = data.Items("values").Select(ChannelJson.AsId).OfType<string>().ToList();
        var component = Parts(message).FirstOrDefault(c => c.Text("custom_id") is { } custom && custom == data.Text("custom_id"));
        if (values.Count == 0) { return (component.Text("label"), data.Text("custom_id")); }
        var labels = values.Select(v => component.Items("options").FirstOrDefault(o => o.Text("value") == v).Text("label")).OfType<string>().ToList();
        return (labels.Count == values.Count ? string.Join(", ", labels) : null, string.Join(',', values));
    }

    /// <summary>The command's name and what was typed after it; subcommands nest.</summary>
    private static IEnumerable<string> Words(JsonElement command) =>
        new[] { command.Text("name") ?? command.Id("value") }.OfType<string>().Concat(command.Items("options").SelectMany(o => o.Get("value").Exists() ? new[] { o.Id("value") ?? o.Get("value").ToString() } : Words(o)));

    private static IEnumerable<JsonElement> Parts(JsonElement owner) =>
        owner.Items("components").SelectMany(c => Parts(c).Prepend(c).Concat(c.Get("component").IsObject() ? [c.Get("component")] : []));
}
