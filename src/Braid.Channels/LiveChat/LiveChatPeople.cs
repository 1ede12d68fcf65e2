using Braid.Channels.Common;

namespace Braid.Channels.LiveChat;

/// <summary>
/// Who wrote, and which keys reach over channels. What the site signed as verified is proven; what it merely passes on, and what the
/// visitor typed, is stated and never links profiles by itself.
/// </summary>
internal static class LiveChatPeople
{
    public static Sender SenderOf(LiveChatDelivery said)
    {
        var visitor = new LiveChatVisitor(said.VisitorId!, said.Identity is { UserId.Length: > 0 } ? said.Identity : null);
        return new Sender(visitor.SenderId)
        {
            Name = Short(visitor.User?.Name) ?? Short(said.PreChat?.Name),
            OtherIds = visitor.User is null ? [] : [visitor.VisitorId],
            Keys = Keys(visitor.User, said),
            Language = said.Locale is { Length: > 0 and <= 35 } locale ? locale : null,
            Address = visitor.User is null ? "visitor " + said.VisitorId![..Math.Min(6, said.VisitorId!.Length)] : visitor.User.Email ?? visitor.User.UserId,
        };
    }

    private static List<ContactKey> Keys(LiveChatUser? user, LiveChatDelivery said)
    {
        var keys = new List<ContactKey>();
        if (user is not null) { keys.Add(new ContactKey(KeyKind.SignedUser, user.UserId, "signed in on the website")); }
        Add(keys, KeyKind.Email, LiveChatIdentity.Email(user?.Email), user is { EmailVerified: true } ? "the website signed this address as verified" : null);
        Add(keys, KeyKind.Phone, LiveChatIdentity.Phone(user?.Phone), user is { PhoneVerified: true } ? "the website signed this number as verified" : null);
        Add(keys, KeyKind.Email, LiveChatIdentity.Email(said.Email), proof: null);
        Add(keys, KeyKind.Email, LiveChatIdentity.Email(said.PreChat?.Email), proof: null);
        Add(keys, KeyKind.Phone, LiveChatIdentity.Phone(said.PreChat?.Phone) ?? PhoneNumbers.Typed(said.PreChat?.Phone), proof: null);
        return keys;
    }

    // Proven ones come first, so a value that is also typed keeps its proof.
    private static void Add(List<ContactKey> keys, KeyKind kind, string? value, string? proof)
    {
        if (value is not null && !keys.Exists(k => k.Kind == kind && k.Value == value)) { keys.Add(new ContactKey(kind, value, proof)); }
    }

    private static string? Short(string? name) => name?.Trim() is { Length: > 0 } given ? JsonText.WellFormed(given[..Math.Min(200, given.Length)]) : null;
}
