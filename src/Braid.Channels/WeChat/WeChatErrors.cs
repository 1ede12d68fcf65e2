using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>What WeChat's codes mean. It answers 200 also when it refuses, so the code decides.</summary>
internal static class WeChatErrors
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    public static SendResult Result(ProviderAnswer answer, DateTimeOffset now) => answer switch
    {
        ProviderAnswer.Answered no when WeChatApi.Code(no.Json) is { } code and not 0 => Refused(code, no, now),
        _ => Outcomes.Of(answer, "WeChat"),
    };

    private static SendResult Refused(long code, ProviderAnswer.Answered no, DateTimeOffset now) => code switch
    {
        -1 => new SendResult.Retry("WeChat is busy", no.RetryAfter) { ProviderDown = true },
        45009 => new SendResult.Retry("WeChat's limit of calls for today is reached", no.RetryAfter ?? UntilMidnight(now)) { WholeInbox = true },
        45011 => new SendResult.Retry("WeChat's limit of calls per minute is reached", no.RetryAfter ?? TimeSpan.FromMinutes(1)) { WholeInbox = true },
        _ => Explain(code, no),
    };

    private static SendResult.Failed Explain(long code, ProviderAnswer.Answered no)
    {
        var (kind, reason) = code switch
        {
            40001 or 40014 or 42001 or 40125 or 40013 => (FailureKind.Credentials, "WeChat does not accept the AppID and AppSecret. Check them in the inbox's settings."),
            40164 => (FailureKind.Configuration, "WeChat does not know this server's address. Add its public IP address to the whitelist (IP白名单) in Basic Configuration."),
            48001 => (FailureKind.Configuration, "WeChat does not let this account use customer-service messages. It must be a verified service account (服务号)."),
            45015 => (FailureKind.WindowClosed, "The customer's last message is more than 48 hours old, or they no longer follow the account. Send a template or use another channel."),
            45047 => (FailureKind.WindowClosed, "WeChat allows no more answers until the customer writes again. Send a template or use another channel."),
            43004 => (FailureKind.Unreachable, "The customer no longer follows the account. Use another channel."),
            48002 => (FailureKind.Unreachable, "The customer does not take messages of the account. Use another channel."),
            40003 => (FailureKind.Unreachable, "WeChat does not know this customer. Use another channel."),
            40037 or 47003 or 41028 => (FailureKind.Template, "WeChat does not take this template or its values. Choose another one."),
            40007 => (FailureKind.Content, "WeChat no longer has the file. Attach it again."),
            40004 or 40005 or 40006 or 40008 or 40009 => (FailureKind.Content, "WeChat does not take a file of this kind or size. Send a link instead."),
            45002 or 45008 => (FailureKind.Content, "This is too long for WeChat. Send less."),
            87014 => (FailureKind.Content, "WeChat finds forbidden words in the message. Word it differently."),
            _ => (FailureKind.Other, $"WeChat refused the message ({code}). {Outcomes.Sentence(no.Json.Text("errmsg") ?? "It gave no reason")}"),
        };
        return new SendResult.Failed(kind, reason, code.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Quotas begin anew at midnight in Beijing.</summary>
    private static TimeSpan UntilMidnight(DateTimeOffset now)
    {
        var there = now.ToOffset(Beijing);
        return TimeSpan.FromDays(1) - there.TimeOfDay + TimeSpan.FromMinutes(1);
    }
}
