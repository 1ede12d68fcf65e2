using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Braid.Channels.Common;

/// <summary>Where a system of the customer's own takes posts.</summary>
/// <param name="Name">What the settings call it: "callback", "reply".</param>
internal sealed record CallbackTarget(string Url, string Secret, string Name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<SendResult> PostAsync(string id, JsonObject body, ProviderContext context, CancellationToken ct) =>
        CallbackAnswers.Of(await SignedPost.SendAsync(Url, Secret, id, body, context, Patience, ct), id, Name);

    /// <summary>Asks the other system to repeat a random word: it proves that the address is right and that the signature is understood.</summary>
    public async Task<CheckStep> CheckAsync(string step, string fix, ProviderContext context, CancellationToken ct)
    {
        var challenge = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var body = new JsonObject { ["type"] = "channel.verify", ["challenge"] = challenge };
        var answer = await SignedPost.SendAsync(Url, Secret, "verify-" + challenge, body, context, Patience, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Text("challenge") != challenge
            ? new(step, false, "Your system answers, but does not repeat the challenge.", fix)
            : Outcomes.Step(step, answer, "Your system", "Your system takes posts from Braid.", fix);
    }
}

/// <summary>What the other system's answer means; every post may be repeated, as it carries its id.</summary>
internal static class CallbackAnswers
{
    private const string Them = "Your system";
    private const int MostWords = 200;

    public static SendResult Of(ProviderAnswer answer, string id, string name) => answer switch
    {
        // 409: it has this message already.
        ProviderAnswer.Answered { Ok: true } or ProviderAnswer.Answered { Status: 409 } => Sent((ProviderAnswer.Answered)answer, id),
        ProviderAnswer.Answered { Status: 408 or 425 or >= 500 } down => new SendResult.Retry($"{Them} is in trouble ({down.Status})", down.RetryAfter) { ProviderDown = true },
        ProviderAnswer.Answered { Status: >= 300 and < 400 } => new SendResult.Failed(
            FailureKind.Configuration, $"The {name} URL leads to another address. Enter the final address in the inbox's settings."),
        ProviderAnswer.Answered { Status: 401 or 403 } no => new SendResult.Failed(
            FailureKind.Credentials, $"{Them} does not accept our signature. Compare the {name} secret on both sides.", $"{no.Status}"),
        ProviderAnswer.Answered { Status: 404 or 405 } no => new SendResult.Failed(
            FailureKind.Configuration, $"Nothing answers at the {name} URL. Check it in the inbox's settings.", $"{no.Status}"),
        ProviderAnswer.Answered { Status: 410 } => new SendResult.Failed(
            FailureKind.Configuration, $"{Them} no longer takes messages at the {name} URL. Enter a new one in the inbox's settings.", "410"),
        ProviderAnswer.Answered { Status: 429 } busy => new SendResult.Retry($"{Them} asks to slow down", busy.RetryAfter) { WholeInbox = true },
        ProviderAnswer.Answered { Status: not 413 } no => new SendResult.Failed(FailureKind.Content, Words(no), no.Json.Get("error").Id("code") ?? $"{no.Status}"),
        _ => Outcomes.Of(answer, Them),
    };

    private static SendResult.Sent Sent(ProviderAnswer.Answered yes, string id)
    {
        var theirs = yes.Json.Id("externalId");
        return new SendResult.Sent(theirs ?? id)
        {
            // Later statuses may name either.
            OtherKeys = theirs is null || theirs == id ? [] : [id],
            ThreadId = yes.Json.Get("conversation").Id("id"),
        };
    }

    private static string Words(ProviderAnswer.Answered no)
    {
        var words = no.Json.Get("error").Text("message");
        return words is null ? $"{Them} refused this ({no.Status})." : Outcomes.Sentence($"{Them} refused this: {(words.Length > MostWords ? words[..MostWords] : words)}");
    }
}
