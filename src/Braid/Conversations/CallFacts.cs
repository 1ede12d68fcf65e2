namespace Braid.Conversations;

/// <summary>How a call went, kept with its message and changed as the provider reports.</summary>
/// <param name="State">ringing, inProgress, completed, noAnswer, busy, canceled, failed, voicemail.</param>
internal sealed record CallFacts(string State)
{
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int? Seconds { get; init; }
    /// <summary>Who took it, in words.</summary>
    public string? AnsweredBy { get; init; }
    public string? Transcript { get; init; }
    /// <summary>Keys pressed in menus, in order.</summary>
    public string? Digits { get; init; }

    /// <summary>States only move forward, whatever order the reports come in.</summary>
    public static int Rank(string state) => state switch
    {
        "initiated" => 0,
        "ringing" => 1,
        "inProgress" => 2,
        "voicemail" => 3,
        "completed" or "noAnswer" or "busy" or "canceled" or "failed" => 4,
        _ => 0,
    };
}
