using System.Text.Json.Nodes;
using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;

namespace Braid.Inboxes;

internal sealed record ChannelView(
    string Id, string Name, string Summary, ChannelGroup Group, Ingress Ingress, AddressKind Address, FirstContact FirstContact, double? ReplyWindowHours,
    int? ReplyWindowMessages, string? Cost, string? OptIn, IReadOnlyList<string> ConnectSteps, bool HasLogin, IReadOnlyList<ChannelVariant> Variants,
    ChannelCapabilities Capabilities, RichSupport Rich, ChannelLimitsView Limits, JsonObject SettingsSchema)
{
    public static ChannelView From(IChannel channel)
    {
        var d = channel.Descriptor;
        return new(
            d.Id, d.Name, d.Summary, d.Group, d.Ingress, d.Address, d.FirstContact, d.ReplyWindow?.TotalHours, d.ReplyWindowMessages, d.Cost, d.OptIn, d.ConnectSteps,
            channel.HasLogin, d.Variants, d.Capabilities, d.Rich,
            new(d.Limits.TextLength, d.Limits.CaptionLength, d.Limits.AttachmentBytes, d.Limits.AttachmentsPerMessage), SettingsReader.Schema(d.SettingsType));
    }
}

/// <summary>A rich message to look at before it is sent.</summary>
internal sealed record RichPreview(string? Text, RichContent Rich);

internal sealed record ChannelLimitsView(int TextLength, int CaptionLength, long AttachmentBytes, int AttachmentsPerMessage);

internal sealed record InboxView(
    Id<Inbox> Id, string Channel, string Name, string? Address, bool Enabled, JoinPolicyKind Join, bool Restricted, IReadOnlyList<Id<Agent>> MemberIds,
    int KeepBodiesDays, int? KeepMessagesDays, string? Region, string? WebhookUrl, string? Snippet, JsonObject Settings, IReadOnlyList<string> SecretsSet, HealthView Health, DateTimeOffset CreatedAt);

internal enum HealthState { Waiting, Ok, Quiet, Trouble, Disabled }

internal sealed record HealthView(HealthState State, string? Message, DateTimeOffset? LastInboundAt, DateTimeOffset? LastOutboundAt, DateTimeOffset? LastErrorAt)
{
    public static HealthView Of(Inbox inbox) => new(
        !inbox.Enabled ? HealthState.Disabled
            : inbox.Trouble is not null ? HealthState.Trouble
            : inbox.LastInboundAt is null && inbox.LastOutboundAt is null ? HealthState.Waiting
            : inbox.QuietSince is not null ? HealthState.Quiet
            : HealthState.Ok,
        inbox.Trouble ?? (inbox.QuietSince is null ? null : InboxHabit.Words(inbox)), inbox.LastInboundAt, inbox.LastOutboundAt, inbox.LastErrorAt);
}

internal sealed record CheckView(bool Ok, IReadOnlyList<CheckStep> Steps);

internal sealed record InboxLogView(DateTimeOffset At, LogLevelName Level, string Text);

internal sealed record ItemsView<T>(IReadOnlyList<T> Items);
