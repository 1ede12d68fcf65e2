using System.Security.Cryptography;
using System.Text.Json;
using Braid.Channels;

namespace Braid.Inboxes;

/// <summary>Tells whether an inbox's settings are still the same, without keeping them.</summary>
internal static class SettingsMark
{
    public static string Of(ChannelSettings settings) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings, settings.GetType(), SettingsReader.Json)));
}
