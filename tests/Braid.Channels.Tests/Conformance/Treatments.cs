namespace Braid.Channels.Tests.Conformance;

/// <summary>What each `_class` of the error fixtures asks of a sender.</summary>
public static class Treatments
{
    public static void ShouldFit(string treatment, SendResult result)
    {
        switch (treatment)
        {
            case "rate_limit" or "quota":
                ((result as SendResult.Retry)?.ProviderDown).ShouldBe(false, $"{treatment}: {result}");
                break;
            case "retryable" or "retryable_with_same_retry_key":
                ((result as SendResult.Retry)?.ProviderDown).ShouldBe(true, $"{treatment}: {result}");
                break;
            case "credential" or "credential_refresh":
                Kind(result).ShouldBe(FailureKind.Credentials, result.ToString());
                break;
            case "configuration":
                Kind(result).ShouldBe(FailureKind.Configuration, result.ToString());
                break;
            case "permanent_content":
                Kind(result).ShouldBe(FailureKind.Content, result.ToString());
                break;
            case "permanent_unreachable":
                Kind(result).ShouldBe(FailureKind.Unreachable, result.ToString());
                break;
            case "permanent_until_user_writes":
                Kind(result).ShouldBe(FailureKind.WindowClosed, result.ToString());
                break;
            case "permanent_template":
                Kind(result).ShouldBe(FailureKind.Template, result.ToString());
                break;
            case "permanent" or "permanent_use_push" or "permanent_unknown" or "redirect":
                result.ShouldBeOfType<SendResult.Failed>(result.ToString()).Kind.ShouldNotBe(FailureKind.Credentials);
                break;
            case "already_accepted" or "benign":
                result.ShouldBeOfType<SendResult.Sent>();
                break;
            default:
                throw new InvalidOperationException($"unknown treatment {treatment}");
        }

        if (result is SendResult.Failed failed) failed.Reason.ShouldEndWith(".", customMessage: "a reason is a sentence for the agent");
    }

    private static FailureKind? Kind(SendResult result) => (result as SendResult.Failed)?.Kind;
}
