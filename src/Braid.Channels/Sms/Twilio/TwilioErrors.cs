using System.Globalization;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.Twilio;

/// <summary>Twilio's numbered errors, the same in answers and in delivery reports.</summary>
internal static class TwilioErrors
{
    private static readonly TimeSpan NextDay = TimeSpan.FromHours(6);

    public static SendResult Of(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || no.Ok || no.Json.Number("code") is not { } code) { return Outcomes.Of(answer, "Twilio"); }
        return Of((int)Math.Clamp(code, 0, 999_999), no.RetryAfter) switch
        {
            // An error of Twilio's own making with its words: it was not accepted.
            null when no.Status >= 500 => new SendResult.Retry("Twilio is in trouble", no.RetryAfter) { ProviderDown = true },
            null when no.Status == 429 => new SendResult.Retry("Twilio asks to slow down", no.RetryAfter) { WholeInbox = true },
            null when no.Status == 401 => Outcomes.Of(no, "Twilio"),
            null => new SendResult.Failed(FailureKind.Other, $"Twilio refused the message (error {code}).", Text(code)),
            var known => known,
        };
    }

    /// <summary>A report's error in words; null when there is none.</summary>
    public static string? Words(string? code) => !int.TryParse(code, CultureInfo.InvariantCulture, out var number) ? null : Of(number, null) switch
    {
        SendResult.Failed failed => failed.Reason,
        SendResult.Retry => $"The network could not deliver the message now (error {code}). Try again later.",
        _ => $"The message was not delivered (Twilio error {code}).",
    };

    private static SendResult? Of(int code, TimeSpan? after) => code switch
    {
        20003 or 20403 => Failed(FailureKind.Credentials, "Twilio does not accept the credentials. Compare them with the Twilio console.", code),
        30002 => Failed(FailureKind.Credentials, "The Twilio account is suspended. Look at it in the Twilio console.", code),
        20429 or 63018 or 30022 or 14107 => new SendResult.Retry("Twilio asks to slow down", after) { WholeInbox = true },
        21611 => new SendResult.Retry("Twilio's queue for this number is full", after ?? TimeSpan.FromMinutes(10)) { WholeInbox = true },
        30023 or 30027 or 63038 => new SendResult.Retry("the number's daily limit is reached", after ?? NextDay) { WholeInbox = true },
        20500 or 30001 or 30008 or 30410 or 63012 => new SendResult.Retry("Twilio is in trouble", after) { ProviderDown = true },
        21610 => Failed(FailureKind.Unreachable, "The customer has opted out with STOP. Only they can undo it, by writing START.", code),
        21211 or 21614 or 21265 or 63003 or 63024 => Failed(
            FailureKind.Unreachable, "This is not a number that can get text messages. Check it with the customer.", code),
        21612 => Failed(FailureKind.Unreachable, "This number can't be reached from our sender. Try another channel.", code),
        30003 or 30005 => Failed(
            FailureKind.Unreachable, "The phone is switched off, out of reach or unknown to its network. Try again later or use another channel.", code),
        30006 => Failed(FailureKind.Unreachable, "This is a landline, or its network takes no messages. Try another channel.", code),
        63015 => Failed(FailureKind.Unreachable, "The customer has not joined the WhatsApp sandbox. They must send its join words first.", code),
        21212 or 21603 or 21606 or 63007 => Failed(
            FailureKind.Configuration, "Our number can't send this kind of message, or is not ours. Check the number in the inbox's settings.", code),
        21408 => Failed(FailureKind.Other, "The account may not send to this country. An admin can allow it in Twilio under Messaging, Geo permissions.", code),
        30004 or 30007 => Failed(
            FailureKind.Other, "The network blocked the message, as unwanted or because the customer blocks our number. Word it otherwise or use another channel.", code),
        30034 or 30035 => Failed(
            FailureKind.Other, "US networks refuse our number until its brand and campaign are registered (A2P 10DLC). An admin can do that in Twilio.", code),
        30032 => Failed(FailureKind.Other, "The toll-free number is not verified yet. An admin can do that in Twilio.", code),
        21602 => Failed(FailureKind.Content, "The message is empty. Write a text or add a file.", code),
        21617 => Failed(FailureKind.Content, "The text is too long for one message. Shorten it.", code),
        21620 or 21623 or 11200 or 12300 or 63019 or 63021 => Failed(
            FailureKind.Content, "Twilio could not fetch the file, or its kind can't be sent. Send a link instead.", code),
        63016 => Failed(FailureKind.WindowClosed, "The customer wrote more than 24 hours ago. Use a template or another channel.", code),
        63005 or 63013 or 63032 or 63049 => Failed(
            FailureKind.Content, "WhatsApp refused the message under its rules. Word it otherwise or use another channel.", code),
        _ => null,
    };

    private static SendResult.Failed Failed(FailureKind kind, string reason, int code) => new(kind, reason, Text(code));

    private static string Text(long code) => code.ToString(CultureInfo.InvariantCulture);
}
