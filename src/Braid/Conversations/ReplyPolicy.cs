using Braid.Channels;
using Braid.Inboxes;

namespace Braid.Conversations;

/// <summary>May we answer here, now? One rule for the composer, for sending and for the AI (DESIGN §9.14). Pure.</summary>
internal static class ReplyPolicy
{
    /// <summary>The window shuts a minute early, so that a message on its way still arrives in time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <param name="audience">In public there is no window: it is about writing to a person.</param>
    public static ReplyVerdict Check(ConnectedInbox inbox, Audience audience, string? unreachable, DateTimeOffset? lastInboundAt, DateTimeOffset now) => Check(
        inbox.Channel.Descriptor with { ReplyWindow = audience == Audience.Public ? null : inbox.Settings.ReplyWindow ?? inbox.Channel.Descriptor.ReplyWindow },
        inbox.Enabled, unreachable, lastInboundAt, now);

    public static ReplyVerdict Check(ChannelDescriptor channel, bool inboxUsable, string? unreachable, DateTimeOffset? lastInboundAt, DateTimeOffset now)
    {
        DateTimeOffset? until = channel.ReplyWindow is { } window && lastInboundAt is { } wrote ? wrote + window - Margin : null;
        if (!inboxUsable)
        {
            return new(false, "inbox_disabled", "This inbox is switched off. An admin can switch it on in the settings.", until);
        }

        if (channel.Capabilities.Calls)
        {
            return new(false, "calls_only", "This is a telephone: nothing can be written here. Call back, or write on another channel.", until);
        }

        if (unreachable is not null)
        {
            return new(false, "unreachable", unreachable, until);
        }

        if (channel.ReplyWindow is { } hours && (until is null || until <= now))
        {
            return new(false, "window_closed", until is null
                ? $"{channel.Name} allows free text only after the customer has written. Use a template."
                : $"The {(hours.TotalHours > 48 ? $"{hours.TotalDays:0}-day" : $"{hours.TotalHours:0}-hour")} window closed. Use {(channel.Capabilities.Templates ? "a template or " : "")}another channel.", until);
        }

        return lastInboundAt is null && channel.FirstContact == FirstContact.No
            ? new(false, "window_closed", $"On {channel.Name} the customer must write first.", until)
            : new(true, null, null, until);
    }
}

/// <param name="Code">`window_closed`, `inbox_disabled`, `unreachable`; null when open.</param>
/// <param name="Reason">In words for the agent.</param>
/// <param name="WindowUntil">When free text ends; null where there is no window.</param>
internal sealed record ReplyVerdict(bool Ok, string? Code, string? Reason, DateTimeOffset? WindowUntil);
