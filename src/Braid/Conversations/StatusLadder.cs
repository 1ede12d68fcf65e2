namespace Braid.Conversations;

/// <summary>A status only rises; `failed` never overwrites what the customer's phone confirmed. Pure: any order gives one result.</summary>
internal static class StatusLadder
{
    public static SendStatus Raise(SendStatus current, SendStatus reported) => (current, reported) switch
    {
        (SendStatus.Delivered or SendStatus.Read, SendStatus.Failed) => current,
        (_, SendStatus.Failed) => SendStatus.Failed,
        (SendStatus.Failed, SendStatus.Delivered or SendStatus.Read) => reported,
        (SendStatus.Failed, _) => SendStatus.Failed,
        _ => Rank(reported) > Rank(current) ? reported : current,
    };

    private static int Rank(SendStatus status) => status switch
    {
        SendStatus.Queued => 0,
        SendStatus.Sending => 1,
        SendStatus.Unconfirmed => 2,
        SendStatus.Sent => 3,
        SendStatus.Delivered => 4,
        SendStatus.Read => 5,
        _ => -1,
    };
}
