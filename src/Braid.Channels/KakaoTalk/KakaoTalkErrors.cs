using Braid.Channels.Common;

namespace Braid.Channels.KakaoTalk;

/// <summary>Dealers' codes are under contract: a closed session is known by the codes in the settings or by the dealer's words.</summary>
internal static class KakaoTalkErrors
{
    public static bool IsZero(string? code) => code is { Length: > 0 } && code.All(c => c == '0');

    public static SendResult Result(ProviderAnswer answer, KakaoTalkSettings settings)
    {
        if (answer is not ProviderAnswer.Answered { Status: < 500 and not (429 or 401 or 413) } no || no.Json.Id("code") is not { } code || IsZero(code))
        {
            return Outcomes.Of(answer, "The dealer");
        }

        var words = no.Json.Text("message") ?? no.Json.Text("error") ?? "";
        var closed = settings.ClosedCodes.Split(',', StringSplitOptions.TrimEntries).Contains(code, StringComparer.Ordinal)
            || words.Contains("session", StringComparison.OrdinalIgnoreCase) || words.Contains("세션", StringComparison.Ordinal);
        return closed
            ? new SendResult.Failed(FailureKind.WindowClosed, "The talk is over: the customer must write again.", code)
            : new SendResult.Failed(FailureKind.Other, $"The dealer refused the message ({code}). {Outcomes.Sentence(words.Length > 0 ? words : "It gave no reason")}", code);
    }
}
