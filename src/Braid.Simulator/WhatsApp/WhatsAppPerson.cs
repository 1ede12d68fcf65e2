using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.WhatsApp;

/// <summary>
/// Somebody with WhatsApp. What is said is on its way at once; <see cref="WhatsAppSaid.Acknowledged"/> tells when Braid took it. An <c>at</c>
/// in the past makes history (and may leave the window shut).
/// </summary>
public sealed class WhatsAppPerson
{
    private readonly WhatsAppNumber number;
    private readonly Uri server;

    internal WhatsAppPerson(WhatsAppNumber number, Uri server, string phone, string? name, string userId) =>
        (this.number, this.server, Phone, Name, UserId) = (number, server, phone, name, userId);

    /// <summary>Digits without a plus.</summary>
    public string Phone { get; }
    public string? Name { get; }

    /// <summary>The business-scoped user id.</summary>
    public string UserId { get; }

    /// <summary>Has a username: the phone is left out of webhooks.</summary>
    public bool HidesPhone { get; set; }

    /// <summary>A phone that is off: messages stay "sent" until it is on again.</summary>
    public bool Online { get; private set; } = true;

    /// <summary>Only messages up to the window after this moment are let through without a template.</summary>
    public DateTimeOffset? LastWroteAt { get; internal set; }

    public Arrivals<WhatsAppReceived> Received { get; } = new();

    internal List<WhatsAppTrack> Undelivered { get; } = [];

    internal JsonObject Contact
    {
        get
        {
            var contact = new JsonObject();
            if (Name is not null)
            {
                contact["profile"] = new JsonObject { ["name"] = Name };
            }

            if (!HidesPhone)
            {
                contact["wa_id"] = Phone;
            }

            contact["user_id"] = UserId;
            return contact;
        }
    }

    public Task<WhatsAppSaid> WritesAsync(string text, string? replyTo = null, DateTimeOffset? at = null) =>
        SayAsync("text", new JsonObject { ["body"] = text }, replyTo, at);

    /// <summary>Sends a file as image, voice, audio, video, document or sticker.</summary>
    public Task<WhatsAppSaid> SendsAsync(string kind, SimulatedFile file, string? caption = null, DateTimeOffset? at = null)
    {
        var type = kind == "voice" ? "audio" : kind;
        var content = new JsonObject();
        if (caption is not null)
        {
            content["caption"] = caption;
        }

        if (type == "document")
        {
            content["filename"] = file.Name;
        }

        content["mime_type"] = kind == "voice" ? "audio/ogg; codecs=opus" : file.ContentType;
        content["sha256"] = Convert.ToBase64String(SHA256.HashData(file.Content));
        lock (number.Gate)
        {
            var id = number.Media.Keep(file);
            (content["id"], content["url"]) = (id, WhatsAppMedia.DownloadUrl(id, server));
        }

        if (type == "audio")
        {
            content["voice"] = kind == "voice";
        }

        return SayAsync(type, content, null, at);
    }

    public Task<WhatsAppSaid> SendsLocationAsync(double latitude, double longitude, string? name = null, string? address = null, DateTimeOffset? at = null)
    {
        var content = new JsonObject { ["latitude"] = latitude, ["longitude"] = longitude };
        if (name is not null)
        {
            (content["name"], content["address"]) = (name, address);
        }

        return SayAsync("location", content, null, at);
    }

    /// <summary>Reacts to a message with an emoji, or takes the reaction back with null.</summary>
    public Task<WhatsAppSaid> ReactsAsync(string messageId, string? emoji, DateTimeOffset? at = null)
    {
        var content = new JsonObject { ["message_id"] = messageId };
        if (emoji is not null)
        {
            content["emoji"] = emoji;
        }

        return SayAsync("reaction", content, null, at);
    }

    public Task<WhatsAppSaid> EditsAsync(WhatsAppSaid said, string text, DateTimeOffset? at = null) => SayAsync(
        "edit",
        new JsonObject
        {
            ["original_message_id"] = said.Id,
            ["message"] = new JsonObject { ["context"] = new JsonObject { ["id"] = "M0" }, ["type"] = "text", ["text"] = new JsonObject { ["body"] = text } },
        },
        null, at);

    public Task<WhatsAppSaid> RevokesAsync(WhatsAppSaid said, DateTimeOffset? at = null) =>
        SayAsync("revoke", new JsonObject { ["original_message_id"] = said.Id }, null, at);

    /// <summary>Taps a reply button, a list row, or a template's quick reply.</summary>
    public Task<WhatsAppSaid> PressesAsync(WhatsAppReceived received, string title)
    {
        var choice = received.Choices.FirstOrDefault(c => c.Title == title);
        return choice.Kind is null
            ? SayAsync("button", new JsonObject { ["payload"] = title, ["text"] = title }, received.Id, null)
            : SayAsync("interactive", new JsonObject { ["type"] = choice.Kind, [choice.Kind] = new JsonObject { ["id"] = choice.Id, ["title"] = title } }, received.Id, null);
    }

    /// <summary>Any message type with its content object, for kinds nobody has invented yet.</summary>
    public Task<WhatsAppSaid> SendsAsync(string type, JsonObject content, DateTimeOffset? at = null) => SayAsync(type, content.Copy(), null, at);

    /// <summary>Opens the chat: everything up to this message gets its blue ticks.</summary>
    public Task ReadsAsync(WhatsAppReceived received)
    {
        lock (number.Gate)
        {
            if (number.Tracks.TryGetValue(received.Id, out var track))
            {
                track.RiseTo(WhatsAppReceipts.Read, number.World.Time.GetUtcNow());
            }
        }

        return Task.CompletedTask;
    }

    public void GoesOffline()
    {
        lock (number.Gate)
        {
            Online = false;
        }
    }

    public void ComesOnline()
    {
        lock (number.Gate)
        {
            Online = true;
            Undelivered.ForEach(t => t.RiseTo(WhatsAppReceipts.Delivered, number.World.Time.GetUtcNow()));
            Undelivered.Clear();
        }
    }

    private Task<WhatsAppSaid> SayAsync(string type, JsonObject content, string? replyTo, DateTimeOffset? at)
    {
        lock (number.Gate)
        {
            var when = at ?? number.World.Time.GetUtcNow();
            var id = number.NewMessageId(Phone, fromUs: false);
            var message = new JsonObject();
            if (replyTo is not null)
            {
                var author = number.Tracks.ContainsKey(replyTo) ? number.DisplayPhoneNumber : Phone;
                message["context"] = new JsonObject { ["from"] = author, ["id"] = replyTo };
            }

            if (!HidesPhone)
            {
                message["from"] = Phone;
            }

            message["from_user_id"] = UserId;
            message["id"] = id;
            message["timestamp"] = when.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            message["type"] = type;
            message[type] = content;
            number.Authors[id] = this;
            LastWroteAt = LastWroteAt > when ? LastWroteAt : when;
            var sent = number.Report([Contact], "messages", message, when);
            return Task.FromResult(new WhatsAppSaid(id, message.Copy(), sent.Acknowledged));
        }
    }
}
