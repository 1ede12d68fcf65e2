using System.Security.Cryptography;
using System.Text.Json;
using Braid.Channels.LiveChat;
using Braid.Inboxes;
using Braid.Platform.Data;
using Microsoft.AspNetCore.DataProtection;

namespace Braid.Realtime.LiveChat;

/// <summary>What a browser may hold of its own: protected, so that it can neither be read nor made up. Locale and page are its session's.</summary>
internal sealed record VisitorToken(Guid InboxId, string VisitorId, LiveChatUser? User, DateTimeOffset IssuedAt, string? Locale, string? Page)
{
    public LiveChatVisitor Visitor => new(VisitorId, User);
}

/// <summary>
/// Makes and reads visitor tokens. A stranger's token is the key to their history, so it lives long. One of a signed user opens the hub for
/// some hours only: after that a session asks for the identity again, because someone else may sit at the computer by then.
/// </summary>
internal sealed class VisitorTokens(IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(400);
    public static readonly TimeSpan SignedLife = TimeSpan.FromHours(12);
    private const int Longest = 8 * 1024;

    private readonly IDataProtector box = protection.CreateProtector("Braid.Widget.Visitor");

    public string Make(Id<Inbox> inbox, LiveChatVisitor visitor, string? locale, string? page) => box.Protect(
        JsonSerializer.Serialize(new VisitorToken(inbox.Value, visitor.VisitorId, visitor.User, clock.GetUtcNow(), locale, page), JsonSerializerOptions.Web));

    /// <summary>Null when it is forged, older than a year or from another Braid.</summary>
    public VisitorToken? Read(string? token)
    {
        if (token is not { Length: > 0 and <= Longest })
        {
            return null;
        }

        try
        {
            var read = JsonSerializer.Deserialize<VisitorToken>(box.Unprotect(token), JsonSerializerOptions.Web);
            return read is not null && Age(read) < Life ? read : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>May it read and write by itself, without a new session?</summary>
    public bool IsFresh(VisitorToken token) => token.User is null || Age(token) < SignedLife;

    private TimeSpan Age(VisitorToken token) => clock.GetUtcNow() - token.IssuedAt;
}
