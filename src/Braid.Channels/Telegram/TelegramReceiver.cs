using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Telegram;

internal sealed class TelegramReceiver : IReceiver<TelegramSettings>
{
    public Verdict Verify(WebhookRequest request, TelegramSettings settings) =>
        request.HeaderEquals("X-Telegram-Bot-Api-Secret-Token", settings.WebhookSecret)
            ? new Verdict.Genuine(StopTheSpinner(request.Body))
            : new Verdict.Forged("secret token does not match");

    public Reading Read(RawDelivery delivery, TelegramSettings settings) =>
        ChannelJson.Read(delivery, "a Telegram update", json =>
        {
            var events = new List<InboundEvent>();
            var skipped = new List<string>();
            if (json.Get("update_id").Exists())
            {
                ReadUpdate(json, settings, events, skipped);
            }
            else if (json.Flag("ok") && json.Get("result").ValueKind == JsonValueKind.Array)
            {
                foreach (var update in json.Items("result")) ReadUpdate(update, settings, events, skipped);
            }
            else
            {
                return new Reading.Unreadable("not a Telegram update");
            }

            return events.Count == 0
                ? new Reading.Ignored(skipped.Count == 0 ? "the update has no content for us" : string.Join("; ", skipped))
                : new Reading.Events(events) { Skipped = skipped };
        });

    private static void ReadUpdate(JsonElement update, TelegramSettings settings, List<InboundEvent> events, List<string> skipped)
    {
        if (!update.IsObject())
        {
            skipped.Add("an update that is not an object");
            return;
        }

        foreach (var part in update.EnumerateObject())
        {
            var value = part.Value;
            switch (part.Name)
            {
                case "update_id":
                    break;
                case "message" or "business_message" or "channel_post" or "guest_message":
                    TelegramMessages.Read(new(value), editOf: null, settings, events, skipped);
                    break;
                case "edited_message" or "edited_business_message" or "edited_channel_post":
                    TelegramMessages.Read(new(value), editOf: update.Number("update_id") ?? 0, settings, events, skipped);
                    break;
                case "deleted_business_messages":
                    events.AddRange(TelegramActs.Deletes(value));
                    break;
                case "message_reaction":
                    events.AddRange(TelegramActs.Reactions(value));
                    break;
                case "callback_query":
                    TelegramActs.Press(value, events, skipped);
                    break;
                case "my_chat_member" when value.Get("new_chat_member").Text("status") == "kicked":
                    skipped.Add(new TelegramChat(value.Get("chat")).Private ? "the customer blocked the bot" : "the bot was removed from the group");
                    break;
                default:
                    skipped.Add($"{part.Name}: no content for us");
                    break;
            }
        }
    }

    /// <summary>
    /// A tapped button spins in the customer's app until somebody answers the tap. Telegram takes one call as the webhook's own reply, so
    /// the tap is answered at once and without a request of ours.
    /// </summary>
    private static HttpReply? StopTheSpinner(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"callback_query\""u8) < 0) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Get("callback_query").Text("id") is { } id
                ? new HttpReply(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(
                    new Dictionary<string, string> { ["method"] = "answerCallbackQuery", ["callback_query_id"] = id }))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Genuine all the same; reading will say what is wrong with it.
        }
    }
}
