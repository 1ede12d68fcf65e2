using System.Globalization;

namespace Braid.Channels.Meta;

/// <summary>
/// What we give along with a message, to know its echo. The last part bears the message's id alone: its echo says that the whole message is
/// out. Earlier parts bear their number, too; theirs is an echo of ours, but settles nothing.
/// </summary>
internal static class MetaEcho
{
    public static string Mark(Guid id, int index, int count) =>
        index == count - 1 ? id.ToString("D") : string.Create(CultureInfo.InvariantCulture, $"{id:D}:{index + 1}");

    /// <param name="correlation">The message's id, from its last part only.</param>
    public static bool IsOurs(string? metadata, out string? correlation)
    {
        var colon = metadata?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var ours = Guid.TryParse(colon < 0 ? metadata : metadata![..colon], out var id);
        correlation = ours && colon < 0 ? id.ToString("D") : null;
        return ours;
    }
}
