using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels;
using Braid.Platform.Http;
using Microsoft.AspNetCore.DataProtection;

namespace Braid.Inboxes;

/// <summary>An inbox's settings on their way in (validated, merged), at rest (encrypted) and out (without secrets).</summary>
internal sealed class InboxSettings(IDataProtectionProvider protection)
{
    private readonly IDataProtector box = protection.CreateProtector("Braid.InboxSettings");

    public string Close(JsonObject settings) => box.Protect(settings.ToJsonString());

    /// <summary>Throws <see cref="System.Security.Cryptography.CryptographicException"/> when the key ring or master key is not the one it was closed with.</summary>
    public JsonObject Open(string closed) => JsonNode.Parse(box.Unprotect(closed))!.AsObject();

    /// <summary>
    /// What is left out stays. Null or an empty text removes a value, but an empty secret stays: forms show secrets empty.
    /// </summary>
    public static JsonObject Merge(JsonObject? now, JsonElement changes, Type type)
    {
        var merged = now?.DeepClone().AsObject() ?? [];
        if (changes.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Invalid("Settings must be an object.", new Dictionary<string, string> { ["settings"] = "Send an object." });
        }

        var known = SettingsReader.Schema(type)["properties"]!.AsObject().Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        var secrets = SettingsReader.SecretNames(type).ToHashSet(StringComparer.Ordinal);
        foreach (var change in changes.EnumerateObject().Where(c => known.Contains(c.Name)))
        {
            var empty = change.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(change.Value.GetString());
            if (change.Value.ValueKind == JsonValueKind.Null || (empty && !secrets.Contains(change.Name)))
            {
                merged.Remove(change.Name);
            }
            else if (!empty)
            {
                merged[change.Name] = JsonNode.Parse(change.Value.GetRawText());
            }
        }

        return merged;
    }

    /// <summary>Refuses with each wrong field as `settings.field`.</summary>
    public static ChannelSettings Parse(JsonObject settings, IChannel channel)
    {
        try
        {
            return channel.ParseSettings(JsonSerializer.SerializeToElement(settings));
        }
        catch (SettingsException e)
        {
            throw RefusalException.Invalid(
                "Some settings are not valid.", e.Problems.ToDictionary(p => p.Key == "settings" ? "settings" : "settings." + p.Key, p => p.Value, StringComparer.Ordinal));
        }
    }

    public static (JsonObject Shown, IReadOnlyList<string> SecretsSet) Split(JsonObject settings, Type type)
    {
        var secrets = SettingsReader.SecretNames(type).ToHashSet(StringComparer.Ordinal);
        var shown = new JsonObject();
        foreach (var (name, value) in settings.Where(s => !secrets.Contains(s.Key)))
        {
            shown[name] = value?.DeepClone();
        }

        return (shown, [.. settings.Where(s => secrets.Contains(s.Key)).Select(s => s.Key)]);
    }
}
