namespace Braid.Channels.Common;

/// <summary>A token that must be fetched first, for senders: what stands in the way is an outcome of the send. Nothing has reached the customer yet.</summary>
internal static class TokenTry
{
    public static async Task<(KeptToken? Token, SendResult? Refused)> GetAsync(Func<Task<KeptToken>> get)
    {
        try
        {
            return (await get(), null);
        }
        catch (TokenRefusedException refused)
        {
            return (null, new SendResult.Failed(FailureKind.Credentials, $"{Outcomes.Sentence(refused.Message)} {Outcomes.Sentence(refused.Fix)}"));
        }
        catch (TokenUnavailableException lost)
        {
            return (null, new SendResult.Retry(lost.Message) { ProviderDown = true });
        }
    }

    /// <summary>The same for a connection check.</summary>
    public static async Task<(KeptToken? Token, CheckStep? Refused)> StepAsync(Func<Task<KeptToken>> get)
    {
        try
        {
            return (await get(), null);
        }
        catch (TokenRefusedException refused)
        {
            return (null, new CheckStep("Sign-in", false, Outcomes.Sentence(refused.Message), refused.Fix));
        }
        catch (TokenUnavailableException lost)
        {
            return (null, new CheckStep("Sign-in", false, Outcomes.Sentence(lost.Message), "Try again in a minute, and check that this server may call out."));
        }
    }

    /// <summary>The same for a file.</summary>
    public static async Task<KeptToken> ForMediaAsync(Func<Task<KeptToken>> get)
    {
        try
        {
            return await get();
        }
        catch (Exception e) when (e is TokenRefusedException or TokenUnavailableException)
        {
            throw new MediaUnavailableException(Outcomes.Sentence(e.Message), permanent: false);
        }
    }
}
