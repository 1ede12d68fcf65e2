namespace Braid.Channels.Common;

/// <summary>Google's errors about reviews, which all look alike: `error.code` and `error.status`. Writing an answer twice leaves one answer.</summary>
internal static class GoogleErrors
{
    public static SendResult Result(ProviderAnswer answer, string provider, string noAccess) => answer switch
    {
        ProviderAnswer.Answered no when no.Json.Get("error").IsObject() => no.Status switch
        {
            401 => Outcomes.Of(answer, provider),
            429 => Outcomes.Of(answer, provider),
            >= 500 => new SendResult.Retry($"{provider} is in trouble", no.RetryAfter) { ProviderDown = true },
            400 => new SendResult.Failed(FailureKind.Content, $"{provider} does not take the answer. {Outcomes.Sentence(no.Json.Get("error").Text("message") ?? "It gave no reason")}", "400"),
            403 => new SendResult.Failed(FailureKind.Configuration, noAccess, "403"),
            404 => new SendResult.Failed(FailureKind.Other, $"{provider} no longer has this. It may have been deleted.", "404"),
            _ => Outcomes.Of(answer, provider),
        },
        _ => Outcomes.Of(answer, provider),
    };
}
