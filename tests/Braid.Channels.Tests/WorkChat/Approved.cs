using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.WorkChat;

/// <summary>Compares a request with an approved one. Names that each side may choose freely are left out.</summary>
internal static class Approved
{
    public static void ShouldMatch(ProviderRequest sent, string channel, string fixture, params string[] free)
    {
        var approved = Clean(JsonNode.Parse(Fixtures.Outbound(channel, fixture).GetRawText())!, free);
        var actual = Clean(JsonNode.Parse(sent.Body)!, free);
        JsonNode.DeepEquals(actual, approved).ShouldBeTrue($"{actual?.ToJsonString()}\nis not\n{approved?.ToJsonString()}");
    }

    public static OutboundMessage To(string thread, string text) => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"), IdempotencyKey = "k", ThreadId = thread, RecipientId = thread, Text = text,
    };

    public static OutboundAttachment File(string name, string type, string content = "bytes") =>
        new(name, type, content.Length, _ => Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content))));

    public static ChannelSettings Settings(IChannel channel, string json) => channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static JsonNode? Clean(JsonNode? node, string[] free)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var name in free) { o.Remove(name); }
                foreach (var (_, value) in o) { Clean(value, free); }
                break;
            case JsonArray a:
                foreach (var value in a) { Clean(value, free); }
                break;
        }

        return node;
    }
}
