using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Reddit;

/// <summary>Errors may come with status 200, as a list of name, words and field.</summary>
internal static class RedditErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is ProviderAnswer.Answered { Ok: true } odd && Name(odd.Json) is { } name) { return Refused(odd.Json.Get("json"), name); }
        return answer switch
        {
            ProviderAnswer.Answered { Status: 403 } => new SendResult.Failed(
                FailureKind.Other, "Reddit does not allow the account to do this here: it may be banned, the thread closed, or the person may have blocked it.", "403"),
            ProviderAnswer.Answered { Status: 404 } => new SendResult.Failed(FailureKind.Other, "Reddit no longer has this.", "404"),
            _ => Outcomes.Of(answer, "Reddit"),
        };
    }

    public static bool IsYes(ProviderAnswer answer, out JsonElement data)
    {
        var yes = answer as ProviderAnswer.Answered;
        data = yes is { Ok: true } ? yes.Json.Get("json").Get("data") : default;
        // Acts answer with an empty object.
        return yes is { Ok: true } && yes.Json.IsObject() && Name(yes.Json) is null;
    }

    private static string? Name(JsonElement json) =>
        json.Get("json").Items("errors").Select(e => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().FirstOrDefault().AsId() : null).OfType<string>().FirstOrDefault();

    private static SendResult Refused(JsonElement json, string name) => name switch
    {
        "RATELIMIT" => new SendResult.Retry("Reddit asks to slow down", TimeSpan.FromSeconds(
            json.Get("ratelimit") is { ValueKind: JsonValueKind.Number } wait && wait.TryGetDouble(out var seconds) && seconds is > 0 and < 86_400 ? seconds : 600)) { WholeInbox = true },
        "THREAD_LOCKED" => No(FailureKind.Other, "The thread is locked: nobody can answer in it."),
        "DELETED_COMMENT" or "DELETED_LINK" => No(FailureKind.Other, "What you answer was deleted."),
        "TOO_OLD" => No(FailureKind.Other, "The thread is too old to be answered."),
        "TOO_LONG" or "NO_TEXT" => No(FailureKind.Content, "Reddit takes 1 to 10,000 characters."),
        "USER_DOESNT_EXIST" or "NOT_WHITELISTED_BY_USER_MESSAGE" or "USER_BLOCKED_MESSAGE" or "USER_BLOCKED" => No(FailureKind.Unreachable, "This person can't be written to on Reddit."),
        _ => No(FailureKind.Other, $"Reddit refused this ({name})."),
    };

    private static SendResult.Failed No(FailureKind kind, string words) => new(kind, words);
}
