using System.Buffers.Binary;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Discord;

/// <summary>
/// The nonce holds for some minutes, an attempt may be repeated for a day. Once the message is older than the nonce surely holds, the channel's
/// newest messages are looked through for what we wrote since.
/// </summary>
internal static class DiscordLookup
{
    private static readonly TimeSpan NonceHolds = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    public static async Task<(List<JsonElement> Ours, SendResult? Lost)> FindAsync(
        JsonApi api, string channel, OutboundMessage message, DiscordSettings settings, TimeProvider clock, CancellationToken ct)
    {
        if (message.Attempt == 1 || Born(message.Id) is not { } born || clock.GetUtcNow() - born < NonceHolds) { return ([], null); }
        var answer = await api.GetAsync($"channels/{Uri.EscapeDataString(channel)}/messages?limit=100", ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } yes)
        {
            return ([], DiscordErrors.Result(answer) switch
            {
                SendResult.Failed { Kind: not FailureKind.Credentials } => new SendResult.Unknown("Discord does not let us look whether the message arrived."),
                var other => Outcomes.BeforeSending(other),
            });
        }

        return yes.Json.ValueKind != JsonValueKind.Array
            ? ([], null)
            : ([.. yes.Json.EnumerateArray().Where(m => m.Get("author").Id("id") == settings.ApplicationId && DiscordPayloads.TimeOf(m.Id("id")) >= born - Leeway)], null);
    }

    /// <summary>The same words and the same files.</summary>
    public static string? Same(List<JsonElement> ours, string? text, IEnumerable<OutboundAttachment> files)
    {
        var (words, names) = (text?.Trim() ?? "", files.Select(f => f.Size).Order().ToList());
        return ours.Find(m => (m.Text("content")?.Trim() ?? "") == words && m.Items("attachments").Select(a => a.Number("size") ?? 0).Order().SequenceEqual(names)).Id("id");
    }

    /// <summary>Our ids (UUID version 7) begin with the time they were made.</summary>
    private static DateTimeOffset? Born(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        return id.Version == 7 && id.TryWriteBytes(bytes, bigEndian: true, out _)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16)) : null;
    }
}
