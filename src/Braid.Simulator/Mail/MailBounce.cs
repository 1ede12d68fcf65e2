using System.Globalization;
using System.Text;

namespace Braid.Simulator.Mail;

/// <summary>Delivery reports (RFC 3464) about a mail that Braid sent.</summary>
public static class MailBounce
{
    public static byte[] Failed(MailReceived original, string recipient, string status = "5.1.1", string diagnostic = "550 5.1.1 user unknown") =>
        Write(original, recipient, "failed", status, diagnostic);

    public static byte[] Delayed(MailReceived original, string recipient, string status = "4.4.1", string diagnostic = "connection timed out") =>
        Write(original, recipient, "delayed", status, diagnostic);

    private static byte[] Write(MailReceived original, string recipient, string action, string status, string diagnostic)
    {
        var id = $"report.{original.MessageId}";
        var explanation = MailParts.Text("plain", $"This is the mail system.\n\nYour message could not be delivered to {recipient}:\n{diagnostic}\n");
        var report = "Content-Type: message/delivery-status\r\n\r\n" +
            $"Reporting-MTA: dns; mail.elsewhere.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n" +
            $"Diagnostic-Code: smtp; {diagnostic}\r\n";
        var text = Encoding.Latin1.GetString(original.Raw);
        var head = text[..(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2)];
        var copy = $"Content-Type: text/rfc822-headers\r\n\r\n{head}";
        var boundary = "=_report_" + original.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var body = MailParts.Multipart("report; report-type=delivery-status", boundary, [explanation, report, copy]);
        return Encoding.Latin1.GetBytes(
            "Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mail.elsewhere.example>\r\n" +
            $"To: {original.EnvelopeFrom}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{id}>\r\n" +
            $"Date: {original.At.ToString("ddd, dd MMM yyyy HH':'mm':'ss +0000", CultureInfo.InvariantCulture)}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n{body}");
    }
}
