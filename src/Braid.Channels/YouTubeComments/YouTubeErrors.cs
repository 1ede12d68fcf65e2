using Braid.Channels.Common;

namespace Braid.Channels.YouTubeComments;

/// <summary>What YouTube's reasons mean; the status alone says little.</summary>
internal static class YouTubeErrors
{
    public static SendResult Result(ProviderAnswer answer, DateTimeOffset now)
    {
        if (answer is not ProviderAnswer.Answered no || !no.Json.Get("error").IsObject()) { return Outcomes.Of(answer, "YouTube"); }
        var reason = YouTubeApi.Reason(no.Json);
        return reason switch
        {
            "quotaExceeded" or "dailyLimitExceeded" => new SendResult.Retry("YouTube's quota for today is used up", no.RetryAfter ?? YouTubeApi.UntilNewQuota(now)) { WholeInbox = true },
            "rateLimitExceeded" or "userRateLimitExceeded" => new SendResult.Retry("YouTube asks to slow down", no.RetryAfter ?? TimeSpan.FromMinutes(1)) { WholeInbox = true },
            "processingFailure" or "backendError" => new SendResult.Retry("YouTube is in trouble", no.RetryAfter) { ProviderDown = true },
            "commentTextTooLong" => No(FailureKind.Content, "This is too long for a comment on YouTube. Write less."),
            "commentTextRequired" or "invalidCommentMetadata" => No(FailureKind.Content, "YouTube does not take this text. Word it differently."),
            "commentsDisabled" => No(FailureKind.Other, "Comments are switched off under this video."),
            "parentCommentNotFound" or "commentNotFound" => No(FailureKind.Other, "The comment was deleted."),
            "videoNotFound" => No(FailureKind.Other, "The video was deleted."),
            "ineligibleAccount" => No(FailureKind.Configuration, "The Google account has no YouTube channel that may comment. Sign in with the channel's owner."),
            "forbidden" or "insufficientPermissions" => No(FailureKind.Other, "YouTube does not allow this for the signed-in account. Sign in with the channel's owner."),
            _ when no.Status is 401 or 429 => Outcomes.Of(answer, "YouTube"),
            _ when no.Status >= 500 => new SendResult.Retry("YouTube is in trouble", no.RetryAfter) { ProviderDown = true },
            _ => No(FailureKind.Other, $"YouTube refused this ({reason ?? $"{no.Status}"})."),
        };

        SendResult.Failed No(FailureKind kind, string words) => new(kind, words, reason);
    }
}
