using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Braid.Simulator.Webhooks;

/// <summary>
/// JSON as Meta and Telegram write it: everything outside ASCII as \uXXXX in lower case, slashes escaped. A receiver that parses and writes
/// the body again before checking the signature is caught by this.
/// </summary>
internal static class WireJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode node)
    {
        var json = node.ToJsonString(Plain);
        var escaped = new StringBuilder(json.Length + 32);
        foreach (var c in json)
        {
            _ = c switch
            {
                '/' => escaped.Append("\\/"),
                > '\u007e' => escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => escaped.Append(c),
            };
        }

        return Encoding.ASCII.GetBytes(escaped.ToString());
    }

    /// <summary>A tree of its own: a JsonNode may have one parent only.</summary>
    public static JsonObject Copy(this JsonObject node) => node.DeepClone().AsObject();
}
