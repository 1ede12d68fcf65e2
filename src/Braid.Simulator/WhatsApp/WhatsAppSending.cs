using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.WhatsApp;

/// <summary>
/// POST /{phone-number-id}/messages. As with the real one, what is wrong with the request is refused at once, while a shut window or an
/// unknown recipient is answered 200 and fails by a status later.
/// </summary>
internal sealed class WhatsAppSending(WhatsAppNumber number, Call call, World world)
{
    public async Task<Answer> SendAsync(CancellationToken ct)
    {
        var message = call.Parameters;
        if (message.Text("messaging_product") != "whatsapp")
        {
            throw GraphAnswer.Invalid("The parameter messaging_product is required.");
        }

        if (message.Text("status") == "read")
        {
            return Read(message);
        }

        var address = message.Text("to") ?? message.Text("recipient") ?? throw GraphAnswer.Invalid("The parameter to is required.");
        var type = message.Text("type") ?? "text";
        if (message[type] is not { } content)
        {
            throw GraphAnswer.Invalid(WhatsAppContent.Types.Contains(type) ? $"The parameter {type} is required." : $"Param type must be one of {{{string.Join(", ", WhatsAppContent.Types)}}} - got \"{type}\".");
        }

        var (file, fetchFailed) = await FileAsync(content as JsonObject, ct);
        lock (number.Gate)
        {
            var text = WhatsAppContent.Check(number, type, message, file);
            return Accept(message, type, address, text, file, fetchFailed);
        }
    }

    // Read ticks and the typing bubble on the phone of whoever wrote that message.
    private Answer Read(JsonObject message)
    {
        var id = message.Text("message_id") ?? "";
        lock (number.Gate)
        {
            if (!number.Authors.TryGetValue(id, out var person))
            {
                throw GraphAnswer.Invalid("Invalid parameter: message_id does not exist");
            }

            foreach (var kind in message["typing_indicator"] is null ? ["read"] : new[] { "read", "typing" })
            {
                person.Received.Add(new WhatsAppReceived(kind, id, null, message.Copy(), null, world.Time.GetUtcNow()));
            }
        }

        return GraphAnswer.Success();
    }

    private Answer Accept(JsonObject message, string type, string address, string? text, SimulatedFile? file, bool fetchFailed)
    {
        var now = world.Time.GetUtcNow();
        var digits = new string([.. address.Where(char.IsAsciiDigit)]);
        var person = number.People.GetValueOrDefault(address) ?? number.People.GetValueOrDefault(digits);
        var id = number.NewMessageId(person?.Phone ?? digits, fromUs: true);
        var track = new WhatsAppTrack(number, id, digits, person, message.Text("biz_opaque_callback_data"), type == "template");
        number.Tracks[id] = track;
        if (person is null)
        {
            track.Fail(131026, "Message undeliverable", "Message Undeliverable.", now);
        }
        else if (type != "template" && !(person.LastWroteAt + world.Options.WhatsAppWindow > now))
        {
            track.Fail(
                131047, "Re-engagement message",
                "Message failed to send because more than 24 hours have passed since the customer last replied to this number.", now);
        }
        else if (fetchFailed)
        {
            track.Fail(131053, "Media upload error", "Downloading media from the link failed.", now);
        }
        else
        {
            Deliver(person, track, new WhatsAppReceived(type, id, text, message.Copy(), file, now));
        }

        return GraphAnswer.Ok(Response(message, address, person, id, type));
    }

    private void Deliver(WhatsAppPerson person, WhatsAppTrack track, WhatsAppReceived received)
    {
        var reach = world.Options.Receipts;
        track.RiseTo(person.Online || reach < WhatsAppReceipts.Delivered ? reach : WhatsAppReceipts.Sent, received.At);
        if (!person.Online)
        {
            person.Undelivered.Add(track);
        }

        number.Sent.Add(received);
        person.Received.Add(received);
    }

    private static JsonObject Response(JsonObject message, string address, WhatsAppPerson? person, string id, string type)
    {
        var contact = new JsonObject { ["input"] = address };
        if (message["to"] is not null && person?.HidesPhone != true)
        {
            contact["wa_id"] = person?.Phone ?? address.TrimStart('+');
        }

        if (person is not null)
        {
            contact["user_id"] = person.UserId;
        }

        var sent = new JsonObject { ["id"] = id };
        if (type == "template")
        {
            sent["message_status"] = "accepted";
        }

        return new JsonObject { ["messaging_product"] = "whatsapp", ["contacts"] = new JsonArray(contact), ["messages"] = new JsonArray(sent) };
    }

    private async Task<(SimulatedFile? File, bool Failed)> FileAsync(JsonObject? content, CancellationToken ct)
    {
        if (content?.Text("id") is { } id)
        {
            lock (number.Gate)
            {
                return (number.Media.Find(id), false);
            }
        }

        if (content?.Text("link") is not { } link || !Uri.TryCreate(link, UriKind.Absolute, out var url))
        {
            return (null, false);
        }

        try
        {
            using var response = await world.Http.GetAsync(url, ct);
            var type = response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";
            return response.IsSuccessStatusCode
                ? (new SimulatedFile(content.Text("filename") ?? Path.GetFileName(url.LocalPath), type, await response.Content.ReadAsByteArrayAsync(ct)), false)
                : (null, true);
        }
        catch (HttpRequestException)
        {
            return (null, true);
        }
    }
}
