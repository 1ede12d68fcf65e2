namespace Braid.Channels.Common;

/// <summary>What an answer means where the provider's own words say nothing better. Adapters treat their codes first and end here.</summary>
internal static class Outcomes
{
    /// <param name="provider">Its name, for the agent's eyes.</param>
    public static SendResult Of(ProviderAnswer answer, string provider) => answer switch
    {
        ProviderAnswer.NotSent lost => new SendResult.Retry(lost.Reason) { ProviderDown = true },
        ProviderAnswer.NoAnswer lost => new SendResult.Unknown(lost.Reason),
        ProviderAnswer.Answered { Status: 429 } busy => new SendResult.Retry($"{provider} asks to slow down", busy.RetryAfter) { WholeInbox = true },
        ProviderAnswer.Answered { Status: 503 } down => new SendResult.Retry($"{provider} is in trouble", down.RetryAfter) { ProviderDown = true },
        // 500 with the provider's own words was decided by the adapter; without them a gateway speaks, and it may have passed the message on.
        ProviderAnswer.Answered { Status: >= 500 or < 300 } odd => new SendResult.Unknown($"an answer without content ({odd.Status}) in {provider}'s place"),
        ProviderAnswer.Answered { Status: 401 } => new SendResult.Failed(
            FailureKind.Credentials, $"{provider} does not accept our credentials. Check them in the inbox's settings.", "401"),
        ProviderAnswer.Answered { Status: 413 } => new SendResult.Failed(FailureKind.Content, $"This is too large for {provider}. Send less, or a link.", "413"),
        ProviderAnswer.Answered other => new SendResult.Failed(FailureKind.Other, $"{provider} refused the message ({other.Status}).", $"{other.Status}"),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>For steps before the message itself (an upload, a token): nothing reached the customer, so what is lost can be tried again.</summary>
    public static SendResult BeforeSending(SendResult result) => result is SendResult.Unknown lost ? new SendResult.Retry(lost.Reason) { ProviderDown = true } : result;

    /// <summary>A provider's sentence with one full stop at the end.</summary>
    public static string Sentence(string words) => words.Trim().TrimEnd('.') + ".";

    /// <summary>One link of a connection check.</summary>
    /// <param name="ok">What to say when it works.</param>
    /// <param name="fix">What the admin does when the provider says no.</param>
    public static CheckStep Step(string name, ProviderAnswer answer, string provider, string ok, string fix) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } => new(name, true, ok),
        ProviderAnswer.NotSent lost => new(name, false, $"{provider} can't be reached: {lost.Reason}.", "Check the address and that this server may call out."),
        ProviderAnswer.NoAnswer lost => new(name, false, $"{provider} does not answer: {lost.Reason}.", "Try again in a minute."),
        ProviderAnswer.Answered { Status: 429 } => new(name, false, $"{provider} asks to slow down.", "Try again in a few minutes."),
        ProviderAnswer.Answered { Status: >= 500 } down => new(name, false, $"{provider} is in trouble ({down.Status}).", "Try again in a few minutes."),
        ProviderAnswer.Answered no => new(name, false, $"{provider} says no ({no.Status}).", fix),
        _ => throw new InvalidOperationException(),
    };
}
