using Braid.Channels.LiveChat;
using Braid.Conversations;
using Braid.Customers;
using Braid.Delivery;
using Braid.Ingest;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime.LiveChat;

/// <summary>
/// What a visitor writes becomes a delivery in the ledger like any webhook, and is answered once it is on the disk. The same client id
/// again is stored, found to be a duplicate and answered like the first.
/// </summary>
internal sealed class VisitorSays(WidgetDoor door, VisitorFiles files, VisitorThread thread, IIntake intake, InboundPulse pulse, Pace pace, JobBells bells, BraidDb db, TimeProvider clock)
{
    private const int LongestId = 100;
    private const int LongestField = 320;

    public async Task<Ack> RunAsync(string kind, SaidFrame said, Guest guest, string address)
    {
        // Not the socket's token: a browser that leaves must not leave us unsure of what was stored.
        var ct = CancellationToken.None;
        if (Refuse(kind, said) is { } refused)
        {
            return refused;
        }

        guest = guest with { Chat = await door.FindAsync(guest.Chat.Inbox.Id, ct) ?? throw RefusalException.NotFound("chat") };
        if (pace.TakeMessage(guest, address) is { } wait)
        {
            return Ack.No("too_fast", wait);
        }

        if (await IsBlockedAsync(guest, ct))
        {
            return Ack.No("blocked");
        }

        if (await files.NameAsync(guest, said.Files ?? [], ct) is not { } named)
        {
            return Ack.No("files");
        }

        var now = clock.GetUtcNow();
        await StoreAsync(guest, [Delivery(kind, said, guest, now) with { Files = named.Count == 0 ? null : named }], ct);
        if (named.Count > 0)
        {
            bells.Of(FetchMediaJob.KindName).Ring();
        }

        return new() { Id = said.ClientId, At = await FirstAsync(guest, said.ClientId!, ct) ?? now };
    }

    /// <summary>One receipt for each of ours that is new to the visitor: agents see each message's own status.</summary>
    public async Task SeenAsync(Id<Message> last, Guest guest)
    {
        var ct = CancellationToken.None;
        if (await door.FindAsync(guest.Chat.Inbox.Id, ct) is not { } chat)
        {
            return;
        }

        guest = guest with { Chat = chat };
        var unseen = await thread.UnseenUpToAsync(chat.Inbox, guest.Visitor, last, ct);
        if (unseen.Count > 0)
        {
            var now = clock.GetUtcNow();
            await StoreAsync(guest, [.. unseen.Select(id => LiveChatDelivery.From(LiveChatKinds.Seen, guest.Visitor, now) with { MessageId = id.ToString() })], ct);
        }
    }

    private static Ack? Refuse(string kind, SaidFrame said)
    {
        if (said.ClientId is not { Length: > 0 and <= LongestId })
        {
            throw RefusalException.Invalid("The message needs a clientId of at most 100 characters.");
        }

        return said switch
        {
            { Text.Length: > LiveChatLimits.TextLength } => Ack.No("too_long"),
            { Files.Count: > LiveChatLimits.FilesPerMessage } => Ack.No("files"),
            _ when kind == LiveChatKinds.Email && LiveChatIdentity.Email(said.Email) is null => Ack.No("email"),
            _ when string.IsNullOrWhiteSpace(said.Text) && said.Files is not { Count: > 0 } => Ack.No("empty"),
            _ => null,
        };
    }

    private static LiveChatDelivery Delivery(string kind, SaidFrame said, Guest guest, DateTimeOffset now) => LiveChatDelivery.From(kind, guest.Visitor, now) with
    {
        ClientId = said.ClientId,
        Text = said.Text,
        Email = kind == LiveChatKinds.Email ? said.Email : null,
        PreChat = said.PreChat is { } form ? new() { Name = Short(form.Name), Email = Short(form.Email), Phone = Short(form.Phone) } : null,
        Page = guest.Token.Page,
        Locale = guest.Token.Locale,
    };

    private static string? Short(string? text) => text is { Length: > LongestField } ? null : text;

    private async Task StoreAsync(Guest guest, IReadOnlyList<LiveChatDelivery> deliveries, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        try
        {
            await intake.AcceptAsync([.. deliveries.Select(d => new Receipt(guest.Chat.Inbox, d.ToRaw(now), DeliverySource.Widget))], null, ct);
        }
        catch (IntakeFullException)
        {
            throw new RefusalException("try_again", "Too much at once just now. Send it again.", StatusCodes.Status503ServiceUnavailable);
        }

        pulse.Heard(guest.Chat.Inbox, now);
    }

    private Task<bool> IsBlockedAsync(Guest guest, CancellationToken ct)
    {
        var (inbox, sender) = (guest.Chat.Inbox, guest.Visitor.SenderId);
        return (
            from i in db.Set<Identity>()
            where i.WorkspaceId == inbox.Workspace && i.InboxId == inbox.Id && i.ExternalId == sender
            join c in db.Set<Customer>() on i.CustomerId equals c.Id
            select c.Blocked).FirstOrDefaultAsync(ct);
    }

    private async Task<DateTimeOffset?> FirstAsync(Guest guest, string clientId, CancellationToken ct)
    {
        var (inbox, key) = (guest.Chat.Inbox, $"{guest.Visitor.ThreadId}:{clientId}");
        return await db.Set<Message>().Where(m => m.WorkspaceId == inbox.Workspace && m.InboxId == inbox.Id && m.DedupeKey == key)
            .Select(m => (DateTimeOffset?)m.SentAt).FirstOrDefaultAsync(ct);
    }
}
