using System.Security.Cryptography;

namespace Braid.Channels.LiveChat;

/// <summary>
/// Who sits at the browser: a random id per browser, and the user whom the site signed, if any. A visitor id is bound to the first user
/// that signs in with it and is never reused for another, so history can't leak between two people at one computer.
/// </summary>
public sealed record LiveChatVisitor(string VisitorId, LiveChatUser? User = null)
{
    /// <summary>The signed user on every device; else this browser.</summary>
    public string SenderId => User is null ? VisitorId : "user:" + User.UserId;

    public string ThreadId => SenderId;

    /// <summary>The threads whose messages this visitor may read: what was said here before signing in stays in sight.</summary>
    public IReadOnlyList<string> ReadableThreads => User is null ? [VisitorId] : [ThreadId, VisitorId];

    /// <summary>128 random bits; knowing one is not enough to read anything, that takes the signed visitor token.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// The rule of a session. `known`: what the visitor token said, `user`: whom the identity token proves now. A token bound to a user
    /// is worth nothing without that user's identity: on a shared computer the next person starts afresh.
    /// </summary>
    public static LiveChatVisitor Of(LiveChatVisitor? known, LiveChatUser? user) => (known, user) switch
    {
        (null, _) => new LiveChatVisitor(NewId(), user),
        ({ User: null }, _) => known with { User = user },
        ({ User: { } bound }, { } signed) when bound.UserId == signed.UserId => known with { User = signed },
        _ => new LiveChatVisitor(NewId(), user),
    };
}
