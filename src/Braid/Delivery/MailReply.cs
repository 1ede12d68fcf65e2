using System.Security.Cryptography;
using Braid.Channels;
using Braid.Channels.Email;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace Braid.Delivery;

/// <summary>The headers of an answer by mail, made from its own thread's messages and readers only (DESIGN §9.10).</summary>
internal sealed class MailReply(BraidDb db)
{
    private const int Most = 30;

    public sealed record Draft(string Subject, string Token, string Domain, string? InReplyTo, IReadOnlyList<string> References, IReadOnlyList<Person> To, IReadOnlyList<Person> Cc)
    {
        public MessageExtras Extras(Id<Message> id) => new()
        {
            MessageId = MailIds.MessageId(Token, id.Value.ToString("n"), "@" + Domain),
            InReplyTo = InReplyTo,
            References = References.Count == 0 ? null : References,
            To = To.Count == 0 ? null : To,
            Cc = Cc.Count == 0 ? null : Cc,
        };
    }

    public async Task<Draft> DraftAsync(SendTarget.Place place, SendRequest request, CancellationToken ct)
    {
        var thread = place.Thread;
        var domain = place.Inbox.Address?.Split('@') is [_, { Length: > 0 } host] ? host : "braid.invalid";
        var to = place.Identity is { } identity ? new List<Person> { new(identity.ExternalId, identity.Name, identity.Address ?? identity.ExternalId) } : [];
        var cc = request.Cc is { } chosen ? [.. chosen.Select(a => new Person(a.ToLowerInvariant(), null, a))] : await ReadersAsync(place, ct);
        var answered = place.IsNew ? null : await AnsweredAsync(thread, request.ReplyTo, ct);
        var subject = request.Subject ?? ReplySubject(thread.Subject);
        if (place.IsNew && string.IsNullOrWhiteSpace(request.Subject))
        {
            throw RefusalException.Invalid("A first mail needs a subject.", new Dictionary<string, string> { ["subject"] = "Write a subject." });
        }

        if (place.IsNew) { thread.Subject = request.Subject; }
        return new(OneLine(subject), await TokenAsync(place, ct), domain, answered?.MessageId, References(answered), to, cc);
    }

    /// <summary>One "Re: ", however often the mail went to and fro.</summary>
    public static string ReplySubject(string? subject)
    {
        var rest = (subject ?? "").Trim();
        while (rest.StartsWith("re:", StringComparison.OrdinalIgnoreCase)) { rest = rest[3..].TrimStart(); }
        return "Re: " + rest;
    }

    /// <summary>The root and the newest: long threads would outgrow the header.</summary>
    private static List<string> References(MessageExtras? answered)
    {
        if (answered?.MessageId is not { } last)
        {
            return [];
        }

        var all = (answered.References ?? (answered.InReplyTo is { } before ? [before] : [])).Append(last).Distinct(StringComparer.Ordinal).ToList();
        return all.Count <= Most ? all : [all[0], .. all.Skip(all.Count - Most + 1)];
    }

    private async Task<MessageExtras?> AnsweredAsync(ChannelThread thread, Id<Message>? quoted, CancellationToken ct)
    {
        var onThread = db.Set<Message>().AsNoTracking().Where(m => m.WorkspaceId == thread.WorkspaceId && m.ConversationId == thread.ConversationId && m.ThreadId == thread.Id && m.Extras != null);
        var recent = await onThread.Where(m => quoted == null || m.Id == quoted).OrderByDescending(m => m.Seq).Take(20).Select(m => m.Extras).ToListAsync(ct);
        return recent.Select(MessageExtras.Parse).FirstOrDefault(e => e.MessageId is not null);
    }

    /// <summary>Reply-all; but an unproven sender can't name readers for our answer.</summary>
    private async Task<IReadOnlyList<Person>> ReadersAsync(SendTarget.Place place, CancellationToken ct)
    {
        if (place.IsNew || !place.Thread.Verified)
        {
            return [];
        }

        var others = await db.Set<Participant>().AsNoTracking()
            .Where(p => p.WorkspaceId == place.Thread.WorkspaceId && p.ThreadId == place.Thread.Id && p.Address != null)
            .OrderBy(p => p.FirstSeenAt).ThenBy(p => p.ExternalId).Select(p => new Person(p.ExternalId, p.Name, p.Address)).ToListAsync(ct);
        var (own, theirs) = (place.Inbox.Address, place.Identity?.Address);
        return [.. others.Where(p => !Same(p.Address, own) && !Same(p.Address, theirs)).DistinctBy(p => p.Address!.ToLowerInvariant())];
    }

    private async Task<string> TokenAsync(SendTarget.Place place, CancellationToken ct)
    {
        if (place.Thread.Token is { } known)
        {
            return known;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        place.Thread.Token = token;
        if (!place.IsNew)
        {
            await db.Set<ChannelThread>().Where(t => t.Id == place.Thread.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Token, token), ct);
        }

        return token;
    }

    private static string OneLine(string subject) => string.Concat(subject.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    private static bool Same(string? a, string? b) => a is not null && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
