using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>A person who changes the phone number gets another user id; both old and new lead to the same customer.</summary>
internal static class WhatsAppIdentities
{
    public static void Updated(WhatsAppValue value, JsonElement update, WhatsAppBatch read)
    {
        var (before, now) = (update.Get("user_id").Id("previous"), update.Get("user_id").Id("current"));
        read.Skipped.Add($"a customer's id changed from {before} to {now}");
        Add(before, now, value, read);
        Add(update.Id("wa_id"), now, value, read);
    }

    /// <summary>The same told as a notice in the chat, which names the old phone and the new phone or id.</summary>
    public static void Changed(WhatsAppValue value, WhatsAppMessage notice, WhatsAppBatch read)
    {
        if (notice.Content.Text("type") is not ("user_changed_number" or "user_changed_user_id")) return;
        Add(notice.From.Id, notice.Content.Id("wa_id"), value, read);
        Add(notice.From.Id, notice.Content.Id("user_id"), value, read);
    }

    private static void Add(string? before, string? now, WhatsAppValue value, WhatsAppBatch read)
    {
        if (before is not null && now is not null && before != now) read.Changes.Add(new(before, now, value.PhoneNumberId));
    }
}
