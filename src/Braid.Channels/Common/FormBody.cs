using System.Net;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>Form-encoded bodies. Whatever is malformed reads as the characters it is; a name given twice keeps its first value.</summary>
internal static class FormBody
{
    public static bool Is(RawDelivery delivery) =>
        delivery.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    public static IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> body)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Encoding.UTF8.GetString(body.Span).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            fields.TryAdd(Plain(at < 0 ? pair : pair[..at]), at < 0 ? "" : Plain(pair[(at + 1)..]));
        }

        return fields;
    }

    /// <summary>Null when absent or blank.</summary>
    public static string? Text(this IReadOnlyDictionary<string, string> fields, string name) =>
        fields.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static string Plain(string text) => JsonText.WellFormed(WebUtility.UrlDecode(text));
}
