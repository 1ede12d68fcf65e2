using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>How somebody came to write: by an ad, a link, a code.</summary>
internal static class MetaReferral
{
    public static string? Of(JsonElement referral)
    {
        if (!referral.IsObject()) return null;
        var facts = new Dictionary<string, string>();
        if (referral.Text("source") is { } source) facts["sourceType"] = source == "ADS" ? "ad" : source.ToLowerInvariant();
        if ((referral.Id("ad_id") ?? referral.Text("ref")) is { } id) facts["sourceId"] = id;
        return facts.Count == 0 ? null : JsonSerializer.Serialize(facts);
    }

    public static Dictionary<string, string> Extra(JsonElement referral)
    {
        var extra = new Dictionary<string, string>();
        if (referral.Text("ref") is { Length: <= 500 } reference) extra["ref"] = reference;
        if (referral.Get("ads_context_data").Text("ad_title") is { Length: <= 500 } title) extra["adTitle"] = title;
        return extra;
    }
}
