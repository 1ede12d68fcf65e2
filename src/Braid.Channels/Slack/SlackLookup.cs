using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Whether an attempt whose answer was lost arrived: reads the thread's newest messages and looks for our id.</summary>
internal static class SlackLookup
{
    public const string EventType = "braid_message";

    /// <summary>Longer than an attempt may be repeated.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromHours(25);

    public static async Task<(SlackArrived Arrived, SendResult? Lost)> FindAsync(
        SlackApi api, OutboundMessage message, SlackThread thread, TimeProvider clock, CancellationToken ct)
    {
        var since = (clock.GetUtcNow() - Back).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        List<(string, string)> query = [("channel", thread.Channel), ("oldest", since), ("limit", "100"), ("include_all_metadata", "true")];
        if (thread.Root is { } root) { query.Add(("ts", root)); }
        var answer = await api.GetAsync(thread.Root is null ? "conversations.history" : "conversations.replies", query, ct);
        if (SlackApi.Yes(answer)) { return (new([.. ((ProviderAnswer.Answered)answer).Json.Items("messages")]), null); }

        return (new([]), SlackErrors.Result(answer) switch
        {
            SendResult.Failed { Kind: FailureKind.Configuration } => new SendResult.Unknown("Slack does not let us look whether the message arrived."),
            var other => Outcomes.BeforeSending(other),
        });
    }
}

/// <summary>What the thread shows already.</summary>
internal sealed record SlackArrived(IReadOnlyList<JsonElement> Messages)
{
    public string? Find(OutboundMessage message, int part, bool files) =>
        Messages.FirstOrDefault(m => files ? SameFiles(m, message) : SameId(m, message, part)).Id("ts");

    private static bool SameId(JsonElement found, OutboundMessage message, int part)
    {
        var payload = found.Get("metadata").Get("event_payload");
        return payload.Text("id") == message.Id.ToString() && payload.Text("part") == part.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Shared files carry no metadata: the same names and sizes, posted by a bot.</summary>
    private static bool SameFiles(JsonElement found, OutboundMessage message)
    {
        var there = found.Items("files").Select(f => (f.Text("title") ?? f.Text("name"), f.Number("size"))).ToHashSet();
        return found.Id("bot_id") is not null && message.Attachments.All(f => there.Contains((f.Name, f.Size)));
    }
}
