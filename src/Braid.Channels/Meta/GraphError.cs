using System.Globalization;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>A Graph error, whether in an answer, a failed status or a webhook.</summary>
internal readonly record struct GraphError(JsonElement Json)
{
    public int Code => (int)(Json.Number("code") is > int.MinValue and < int.MaxValue and var code ? code : -1);
    public string CodeText => Code.ToString(CultureInfo.InvariantCulture);
    public long? Subcode => Json.Number("error_subcode");
    public bool Transient => Json.Flag("is_transient");
    public string? Details => Json.Get("error_data").Text("details") ?? Json.Text("details") ?? Json.Text("message") ?? Json.Text("title");
}
