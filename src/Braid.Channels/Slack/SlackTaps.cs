using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Buttons, lists and slash commands. They carry no event id: the trigger's id is theirs.</summary>
internal static class SlackTaps
{
    public static Reading Read(JsonElement json)
    {
        if (json.Text("type") is not { } type) { return new Reading.Unreadable("not a Slack interaction"); }
        if (type != "block_actions") { return new Reading.Ignored($"{type}: no content for us"); }
        var channel = json.Get("channel").Id("id") ?? json.Get("container").Id("channel_id");
        if (channel is null || json.Get("user").Id("id") is not { } user) { return new Reading.Ignored("a tap outside any channel"); }

        var (events, skipped) = (new List<InboundEvent>(), new List<string>());
        var message = json.Get("container").Id("message_ts") ?? json.Get("message").Id("ts");
        var root = json.Get("message").Id("thread_ts") is { } found && found != message ? found : null;
        var thread = new SlackThread(channel, root);
        foreach (var action in json.Items("actions"))
        {
            if (action.Text("action_id")?.StartsWith(SlackBlocks.LinkAction, StringComparison.Ordinal) == true)
            {
                skipped.Add("a link button was opened");
                continue;
            }

            if ((json.Id("trigger_id") ?? action.Id("action_ts")) is not { } id)
            {
                skipped.Add("a tap without an id");
                continue;
            }

            var option = action.Get("selected_option");
            events.Add(new(InboundKind.Postback)
            {
                Account = Team(json),
                ExternalId = id,
                Key = events.Count == 0 ? id : $"{id}:{events.Count}",
                Sender = Person(user, json.Get("user").Text("name"), json.Get("user").Text("username")),
                ThreadId = thread.ToString(),
                Audience = thread.Audience(null),
                ThreadTitle = json.Get("channel").Text("name"),
                Text = action.Get("text").Text("text") ?? option.Get("text").Text("text"),
                Payload = action.Text("value") ?? option.Text("value") ?? action.Text("action_id"),
                ReplyTo = message,
                TargetKey = message is null ? null : thread.Key(message),
                Timestamp = SlackTime.Of(action.Id("action_ts")),
            });
        }

        return events.Count == 0
            ? new Reading.Ignored(skipped.Count == 0 ? "a tap without an action" : string.Join("; ", skipped))
            : new Reading.Events(events) { Skipped = skipped };
    }

    public static Reading Command(IReadOnlyDictionary<string, string> form)
    {
        if (form.Text("channel_id") is not { } channel || form.Text("user_id") is not { } user || form.Text("trigger_id") is not { } id)
        {
            return new Reading.Ignored("a command without channel, person or id");
        }

        var (command, thread) = (form.Text("command")!, new SlackThread(channel));
        return new Reading.Events(
        [
            new(InboundKind.Postback)
            {
                Account = form.Text("team_id"),
                ExternalId = id,
                Sender = Person(user, form.Text("user_name"), form.Text("user_name")),
                ThreadId = thread.ToString(),
                Audience = thread.Audience(null),
                ThreadTitle = form.Text("channel_name"),
                Text = $"{command} {form.Text("text")}".Trim(),
                Payload = command,
            },
        ]);
    }

    private static Sender Person(string id, string? name, string? username) =>
        new(id) { Name = name, Username = username, Address = username is null ? null : "@" + username };

    private static string? Team(JsonElement json) => json.Get("team").Id("id") ?? json.Get("user").Id("team_id");
}
