using System.Text.Json.Nodes;

namespace Braid.Simulator.Http;

/// <summary>What a provider's API says.</summary>
internal sealed record Answer(int Status, JsonNode? Json)
{
    public byte[]? Content { get; init; }
    public string ContentType { get; init; } = "application/json";
    public int? RetryAfter { get; init; }
}

/// <summary>The provider says no, in its own words.</summary>
internal sealed class RefusalException(Answer answer) : Exception
{
    public Answer Answer { get; } = answer;
}
