using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Microsoft's signing keys, and what each is good for.</summary>
internal sealed class TeamsKeys : IKeys<TeamsSettings>
{
    public IReadOnlyList<Uri> KeysFor(WebhookRequest request, TeamsSettings settings) => [settings.Keys];

    /// <summary>A key signs only for the channels it is endorsed for; otherwise one stolen elsewhere would open Teams too.</summary>
    public static bool Endorses(string? keys, string kid, string channel)
    {
        if (keys is null) { return false; }
        try
        {
            using var document = JsonDocument.Parse(keys);
            return document.RootElement.Items("keys").Any(key => key.Text("kid") == kid && key.Items("endorsements").Any(e => e.AsId() == channel));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
