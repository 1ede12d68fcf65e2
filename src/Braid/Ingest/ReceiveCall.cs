using System.Security.Cryptography;
using System.Text;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// How a call goes on: answered, ended, recorded, written down. All of it changes the one message that is the call; in any order of
/// arrival the end is the same. Pure.
/// </summary>
internal static class ReceiveCall
{
    /// <summary>Recordings come after the files of the message itself.</summary>
    private const int FirstPlace = 100;

    public static bool Concerns(InboundEvent e, Message target) =>
        target.Kind == MessageKind.Call && e.Kind is InboundKind.Status or InboundKind.Recording or InboundKind.Transcription or InboundKind.CallInput;

    public static void Apply(Situation now, InboundEvent e, DateTimeOffset at, Message target, Decisions decided)
    {
        var extras = MessageExtras.Parse(target.Extras);
        var before = extras.Call ?? new CallFacts("ringing");
        var after = e.Kind switch
        {
            InboundKind.Status => Moved(before, e, at),
            InboundKind.Transcription => before with { Transcript = e.Text ?? before.Transcript },
            InboundKind.CallInput => before with { Digits = Pressed(before.Digits, e.Payload ?? e.Text) },
            _ => before,
        };
        if (e.Kind == InboundKind.Recording) { Record(now, e, target, decided); }
        if (after != before)
        {
            target.Extras = (extras with { Call = after }).ToJson();
            decided.Changed(target);
        }

        if (now.Conversation(target.ConversationId) is { } conversation) { decided.Happened(conversation, target, "status"); }
    }

    private static CallFacts Moved(CallFacts call, InboundEvent e, DateTimeOffset at)
    {
        if (e.Status is not { } state) { return call; }
        var seconds = e.Extra.TryGetValue("durationSeconds", out var given) && int.TryParse(given, out var number) ? number : call.Seconds;
        var moved = call with { Seconds = seconds, AnsweredBy = e.Extra.GetValueOrDefault("answeredBy") ?? call.AnsweredBy };
        if (state == "inProgress" && (moved.AnsweredAt is null || at < moved.AnsweredAt)) { moved = moved with { AnsweredAt = at }; }
        if (CallFacts.Rank(state) == 4) { moved = moved with { EndedAt = moved.EndedAt is { } ended && ended > at ? ended : at }; }
        return CallFacts.Rank(state) > CallFacts.Rank(moved.State) ? moved with { State = state } : moved;
    }

    private static string? Pressed(string? before, string? digits) => string.IsNullOrEmpty(digits) ? before : before is null ? digits : $"{before} {digits}";

    private static void Record(Situation now, InboundEvent e, Message target, Decisions decided)
    {
        foreach (var given in e.Attachments.Where(a => a.MediaRef is not null))
        {
            var attachment = new Attachment
            {
                WorkspaceId = target.WorkspaceId, MessageId = target.Id, Kind = given.Kind, Name = given.Name, ContentType = given.ContentType, Size = given.Size,
                MediaRef = given.MediaRef, State = AttachmentState.Pending,
                // From the recording's id: told twice, it takes the same place and is kept once.
                Position = FirstPlace + Place(e.ExternalId ?? given.MediaRef!),
            };
            decided.NewAttachments.Add(attachment);
            decided.Jobs.Add(MediaJob.Of(attachment, now.Instant));
        }
    }

    private static int Place(string id)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BitConverter.ToInt32(hash) & 0x3fff_ffff;
    }
}
