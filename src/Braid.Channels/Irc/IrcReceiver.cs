using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;

namespace Braid.Channels.Irc;

/// <summary>Reads lines as they came. Without a message id a line is told apart by its bytes and its place and time.</summary>
internal sealed class IrcReceiver : IReceiver<IrcSettings>
{
    public Verdict Verify(WebhookRequest request, IrcSettings settings) => new Verdict.Forged("IRC is listened to, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, IrcSettings settings)
    {
        var events = new List<InboundEvent>();
        var signals = new List<Signal>();
        var skipped = new List<string>();
        var number = 0;
        foreach (var line in JsonText.WellFormed(delivery.BodyText).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (IrcMessage.Parse(line) is not { } message) { skipped.Add("a line that is none"); }
            else if (Read(message, line, number, delivery, settings, signals) is { } read) { events.Add(read); }
            else { skipped.Add($"{message.Command}: no content for us"); }
        }

        return events.Count > 0 ? new Reading.Events(events) { Signals = signals, Skipped = skipped }
            : skipped.Count + signals.Count > 0 ? new Reading.Ignored(string.Join("; ", skipped.Distinct().DefaultIfEmpty("typing"))) { Signals = signals }
            : new Reading.Unreadable("no line in it");
    }

    private static InboundEvent? Read(IrcMessage line, string raw, int number, RawDelivery delivery, IrcSettings settings, List<Signal> signals)
    {
        var nick = string.IsNullOrEmpty(settings.Nick) ? delivery.Headers.GetValueOrDefault("irc-nick") ?? "braid" : delivery.Headers.GetValueOrDefault("irc-nick") ?? settings.Nick;
        if (line.Command is not ("PRIVMSG" or "TAGMSG" or "REDACT") || line.Nick is not { Length: > 0 } from || line[0] is not { Length: > 0 } target || Same(from, nick)) { return null; }
        // Replays of history were read when they were new, or are older than this inbox.
        if (line.Tags.ContainsKey("batch")) { return null; }

        var room = IsChannel(target);
        var sender = line.Tags.GetValueOrDefault("account") is { Length: > 0 } account ? account : from;
        var thread = room ? target : from;
        var thing = new InboundEvent(InboundKind.Message)
        {
            ExternalId = line.Tags.GetValueOrDefault("msgid") is { Length: > 0 } id ? id : null,
            // A nick alone proves nobody; an account was proven to the server.
            Sender = new Sender(sender) { Name = from, Address = from, Verified = line.Tags.ContainsKey("account") },
            ThreadId = thread,
            ThreadTitle = room ? target : null,
            Audience = room ? Audience.Shared : Audience.Private,
            Timestamp = Time(line),
        };
        var reply = line.Tags.GetValueOrDefault("+draft/reply") ?? line.Tags.GetValueOrDefault("+reply");
        if (line.Command == "REDACT") { return line[1] is { } gone ? thing with { Kind = InboundKind.Delete, ExternalId = gone, Key = gone, TargetKey = gone } : null; }
        if (line.Command == "TAGMSG")
        {
            if (line.Tags.GetValueOrDefault("+typing") is { } typing) { signals.Add(new(typing == "active" ? SignalKind.Typing : SignalKind.StoppedTyping, thread, sender)); }
            return line.Tags.GetValueOrDefault("+draft/react") is { Length: > 0 } emoji && reply is not null
                ? thing with { Kind = InboundKind.Reaction, Text = emoji, ReplyTo = reply, TargetKey = reply, Status = "added" } : null;
        }

        return Text(line[1]) is { } text
            ? thing with { Key = thing.ExternalId ?? Made(raw, number, delivery), Text = text, ReplyTo = reply, TargetKey = reply }
            : null;
    }

    /// <summary>`/me waves` comes as CTCP ACTION; other CTCP asks the program, not the person.</summary>
    private static string? Text(string? words)
    {
        if (words is null) { return null; }
        if (words is ['\x01', ..])
        {
            words = words.Trim('\x01');
            if (!words.StartsWith("ACTION ", StringComparison.Ordinal)) { return null; }
            words = words[7..];
        }

        var plain = IrcMessage.Plain(words);
        return string.IsNullOrWhiteSpace(plain) ? null : plain;
    }

    private static string Made(string raw, int number, RawDelivery delivery) => "line:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{delivery.ReceivedAt.ToUnixTimeMilliseconds()} {delivery.Headers.GetValueOrDefault("irc-number")} {number} {raw}"))))[..32];

    private static DateTimeOffset? Time(IrcMessage line) =>
        DateTimeOffset.TryParse(line.Tags.GetValueOrDefault("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    public static bool IsChannel(string target) => target.Length > 0 && target[0] is '#' or '&' or '+' or '!';

    /// <summary>Names fold as servers fold them (rfc1459): {}|^ are small []\~.</summary>
    public static bool Same(string a, string b) => Fold(a) == Fold(b);

    private static string Fold(string name) => name.ToLowerInvariant().Replace('[', '{').Replace(']', '}').Replace('\\', '|').Replace('~', '^');
}
