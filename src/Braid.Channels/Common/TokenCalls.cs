namespace Braid.Channels.Common;

/// <summary>Calls that need one of the inbox's short-lived tokens.</summary>
internal static class TokenCalls
{
    /// <summary>Makes the call; a token that is refused before its time is renewed, and the call made once more. A refused call did nothing.</summary>
    /// <param name="call">Builds the request anew each time it is asked.</param>
    public static async Task<ProviderAnswer> CallAsync(
        this IKeptTokens tokens, string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew,
        Func<string, Task<ProviderAnswer>> call, Func<ProviderAnswer.Answered, bool> refused, CancellationToken ct)
    {
        var token = await tokens.GetAsync(name, renew, ct);
        var answer = await call(token.Value);
        if (answer is not ProviderAnswer.Answered no || !refused(no)) { return answer; }

        tokens.Forget(name, token);
        return await call((await tokens.GetAsync(name, renew, ct)).Value);
    }

    /// <summary>Sending without a token is surely not accepted: the sign-in is at fault, or the provider is away.</summary>
    public static async Task<SendResult> SendAsync(Func<Task<SendResult>> send)
    {
        try
        {
            return await send();
        }
        catch (TokenRefusedException no)
        {
            return new SendResult.Failed(FailureKind.Credentials, $"{no.Message} {no.Fix}");
        }
        catch (TokenUnavailableException away)
        {
            return new SendResult.Retry(away.Message) { ProviderDown = true };
        }
    }

    public static async Task<MediaContent> OpenAsync(Func<Task<MediaContent>> open)
    {
        try
        {
            return await open();
        }
        catch (TokenRefusedException no)
        {
            throw new MediaUnavailableException($"{no.Message} {no.Fix}", permanent: false);
        }
        catch (TokenUnavailableException away)
        {
            throw new MediaUnavailableException(away.Message, permanent: false);
        }
    }

    public static async Task<CheckStep> CheckAsync(string step, Func<Task<CheckStep>> check)
    {
        try
        {
            return await check();
        }
        catch (TokenRefusedException no)
        {
            return new CheckStep(step, false, no.Message, no.Fix);
        }
        catch (TokenUnavailableException away)
        {
            return new CheckStep(step, false, away.Message, "Check that this server may call out, then try again in a minute.");
        }
    }

    /// <summary>The answer to a request for a token, in OAuth's words.</summary>
    /// <param name="provider">Its name, for the admin's eyes.</param>
    /// <param name="fix">What the admin does when the provider says no.</param>
    public static KeptToken Read(ProviderAnswer answer, string provider, string fix, DateTimeOffset now, KeptToken? last = null) => answer switch
    {
        ProviderAnswer.Answered { Ok: true } yes when yes.Json.Text("access_token") is { } value => new(value, now.AddSeconds(yes.Json.Number("expires_in") ?? 3600))
        {
            RefreshToken = yes.Json.Text("refresh_token") ?? last?.RefreshToken,
        },
        ProviderAnswer.Answered { Status: 400 or 401 or 403 } => throw new TokenRefusedException($"{provider} no longer accepts the sign-in.", fix),
        ProviderAnswer.Answered other => throw new TokenUnavailableException($"{provider} gave no token ({other.Status})."),
        ProviderAnswer.NotSent lost => throw new TokenUnavailableException($"{provider} can't be reached for a token: {lost.Reason}."),
        ProviderAnswer.NoAnswer lost => throw new TokenUnavailableException($"{provider} does not answer when asked for a token: {lost.Reason}."),
        _ => throw new InvalidOperationException(),
    };
}
