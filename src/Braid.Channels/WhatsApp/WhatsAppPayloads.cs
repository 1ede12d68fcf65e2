using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.WhatsApp;

/// <summary>The <c>value</c> of one change: what one of our numbers got.</summary>
internal readonly record struct WhatsAppValue(JsonElement Json)
{
    public string? PhoneNumberId => Json.Get("metadata").Id("phone_number_id");

    /// <summary>Contacts stand beside the messages in any order; either id may name them.</summary>
    public JsonElement ContactOf(string? phone, string? userId) => Json.Items("contacts").FirstOrDefault(contact =>
        (phone is not null && contact.Id("wa_id") == phone) || (userId is not null && (contact.Id("user_id") == userId || contact.Id("wa_id") == userId)));
}

/// <summary>The wire fields we read of a message. A person may be known by phone, by business-scoped user id (BSUID), or both.</summary>
internal readonly record struct WhatsAppMessage(JsonElement Json)
{
    public string? Id => Json.Id("id");
    public string Type => Json.Text("type") ?? "unknown";
    public JsonElement Content => Json.Get(Type);
    public DateTimeOffset? Timestamp => Json.Epoch("timestamp");
    public string? Quoted => Json.Get("context").Id("id");
    public string? Group => Json.Id("group_id");
    public WhatsAppPerson From => WhatsAppPerson.Of(Json.Id("from"), Json.Id("from_user_id"));
    public WhatsAppPerson To => WhatsAppPerson.Of(Json.Id("to"), Json.Id("to_user_id"));
}

internal readonly record struct WhatsAppPerson(string? Phone, string? UserId)
{
    /// <summary>The phone when known, else the BSUID.</summary>
    public string? Id => Phone ?? UserId;

    /// <summary>In at least one observed form the phone's field repeats the BSUID.</summary>
    public static WhatsAppPerson Of(string? phone, string? userId) =>
        phone is not null && IsUserId(phone) ? new(null, userId ?? phone) : new(phone, userId);

    /// <summary>Two capitals and a dot, such as `ID.1349...`: never a phone number.</summary>
    public static bool IsUserId(string id) => id is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', '.', ..];

    public static bool IsPhone(string id) => id.Length is >= 6 and <= 15 && id.All(char.IsAsciiDigit);

    public Sender ToSender(JsonElement contact)
    {
        var name = contact.Get("profile").Text("name");
        var phone = Phone is not null && IsPhone(Phone) ? "+" + Phone : null;
        return new Sender(Id!)
        {
            Name = name,
            Username = contact.Get("profile").Text("username")?.TrimStart('@'),
            OtherIds = Phone is not null && UserId is not null ? [UserId] : [],
            Keys = phone is null ? [] : [new(KeyKind.Phone, phone, "wrote from this number on WhatsApp")],
            Address = phone,
        };
    }
}
