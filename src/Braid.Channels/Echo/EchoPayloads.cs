using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Echo;

/// <summary>The wire fields we read: <c>{id, from, name, text, at, thread?, replyTo?, status?}</c>; <c>at</c> is ISO 8601 or a Unix time.</summary>
internal readonly record struct EchoPayload(JsonElement Json)
{
    public string? Id => Json.Id("id");
    public string? From => Json.Id("from");
    public string? Name => Json.Text("name");
    public string? Text => Json.Text("text");
    public string? Thread => Json.Id("thread");
    public string? ReplyTo => Json.Id("replyTo");
    public string? Status => Json.Text("status");

    public DateTimeOffset? At =>
        Json.Text("at") is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : Json.Epoch("at");
}
