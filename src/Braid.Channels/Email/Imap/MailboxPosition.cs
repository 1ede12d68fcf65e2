using System.Globalization;

namespace Braid.Channels.Email.Imap;

/// <summary>
/// Where a folder was read up to: `uidvalidity:uid:day`. The day of the last mail (Unix seconds) is where reading begins anew when the
/// server has numbered its mails anew.
/// </summary>
internal sealed record MailboxPosition(long UidValidity, long LastUid, long LastSeconds)
{
    public static MailboxPosition? Parse(string? text)
    {
        var parts = text?.Split(':') ?? [];
        return parts.Length >= 2 && Number(parts[0]) is { } validity && Number(parts[1]) is { } uid
            ? new MailboxPosition(validity, uid, parts.Length > 2 ? Number(parts[2]) ?? 0 : 0)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UidValidity}:{LastUid}:{LastSeconds}");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
