using Braid.Channels.Common;

namespace Braid.Channels.Meta;

/// <summary>What Graph's codes mean for a page's or a professional account's message. By code and subcode, never by HTTP status or words.</summary>
internal static class MetaErrors
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <param name="name">Messenger or Instagram, for the agent's eyes.</param>
    /// <param name="comment">It was about a public comment.</param>
    public static SendResult Result(ProviderAnswer answer, string name, bool comment = false) =>
        answer is ProviderAnswer.Answered { Ok: false } no && no.Json.Get("error").IsObject()
            ? Refused(no, new(no.Json.Get("error")), name, comment)
            : Outcomes.Of(answer, name);

    public static bool IsWindowClosed(ProviderAnswer answer) =>
        answer is ProviderAnswer.Answered { Ok: false } no && new GraphError(no.Json.Get("error")) is { Code: 10, Subcode: 2534022 or 2018278 or 2018065 };

    private static SendResult Refused(ProviderAnswer.Answered no, GraphError error, string name, bool comment) => (error.Code, error.Subcode) switch
    {
        (4 or 17 or 32 or 613 or 80002 or 80006, _) => new SendResult.Retry($"{name}'s limit of calls is reached", no.RetryAfter ?? Pause) { WholeInbox = true },
        _ when no.Status == 429 => new SendResult.Retry($"{name} asks to slow down", no.RetryAfter) { WholeInbox = true },
        (100, 2018294 or 2018008) => new SendResult.Retry($"{name} has not finished with the file", no.RetryAfter),
        (1 or 2 or 1200, _) => new SendResult.Retry($"{name} is in trouble", no.RetryAfter) { ProviderDown = true },
        _ when error.Transient || no.Status >= 500 => new SendResult.Retry($"{name} is in trouble", no.RetryAfter) { ProviderDown = true },
        _ => Explain(error, name, comment),
    };

    private static SendResult.Failed Explain(GraphError error, string name, bool comment)
    {
        var (kind, reason) = (error.Code, error.Subcode) switch
        {
            (10, 2534022 or 2018278 or 2018065) => (FailureKind.WindowClosed, "The customer's last message is too long ago to answer here. Use another channel."),
            (10, 1893063) => (FailureKind.Configuration, $"Meta keeps this account from sending for now. See its account quality in Meta's business support."),
            (551 or 230, _) or (_, 1545041) => (FailureKind.Unreachable, "This person can't be reached here: they left, blocked you or gave no consent. Use another channel."),
            (100, 2534014 or 2018001) => (FailureKind.Unreachable, $"{name} does not know this person, or they never wrote to this account. Use another channel."),
            (10900, _) => (FailureKind.Content, "This comment was answered privately before; that is possible only once. Wait for the person's message."),
            (100, 2018007 or 2018047) => (FailureKind.Content, $"{name} does not take this file. Try another format or a smaller one."),
            (100, 33) when comment => (FailureKind.Content, "The comment is gone, or this account may not touch it."),
            (100, 33) => (FailureKind.Configuration, $"{name} does not know this account's id. Check it, and that the token belongs to it."),
            (190, _) => (FailureKind.Credentials, "The access token is no longer valid. Make a new one and enter it in the inbox's settings."),
            (3 or 10 or (>= 200 and <= 299), _) => (FailureKind.Credentials, "The access token may not do this. Make one with the permissions the inbox's settings name."),
            (368, _) => (FailureKind.Configuration, "Meta has locked or restricted the account. See Meta's business support."),
            (100, _) => (FailureKind.Content, Detailed(name, error)),
            _ => (FailureKind.Other, Detailed(name, error)),
        };
        return new(kind, reason, error.Subcode is { } subcode ? $"{error.CodeText}/{subcode}" : error.CodeText);
    }

    private static string Detailed(string name, GraphError error) =>
        error.Details is { } details ? $"{name} refused this: {Outcomes.Sentence(details)}" : $"{name} refused this.";
}
