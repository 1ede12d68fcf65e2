using System.Text.Json;

namespace Braid.Channels.Common;

/// <summary>
/// Bodies recorded by hand keep the headers they came with, since for some providers (Apple, Google RCS) those are half of the message:
/// `{_headers, body}`. A live body never looks like this.
/// </summary>
internal static class Recorded
{
    public static (JsonElement Body, JsonElement Headers) Open(JsonElement json) =>
        json.Get("_headers").IsObject() && json.Get("body").IsObject() ? (json.Get("body"), json.Get("_headers")) : (json, default);
}
