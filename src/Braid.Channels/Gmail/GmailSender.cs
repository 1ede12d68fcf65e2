using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Email;

namespace Braid.Channels.Gmail;

/// <summary>Sends the whole mail. Small ones as JSON, larger ones as an upload, which Google takes up to 35 MB.</summary>
internal sealed class GmailSender : ISender<GmailSettings>
{
    private const int MostAsJson = 3 * 1024 * 1024;
    private const int MostAsUpload = 35 * 1024 * 1024;

    public Task<SendResult> SendAsync(OutboundMessage message, GmailSettings settings, ProviderContext context, CancellationToken ct) => TokenCalls.SendAsync(async () =>
    {
        if (MailDrafts.Problem(message, GmailChannel.Limits.TextLength) is { } problem) { return problem; }
        var draft = MailDrafts.Of(message, settings.Place, context.Clock);
        byte[] raw;
        try
        {
            raw = await MailDrafts.BytesAsync(draft, ct);
        }
        catch (MediaUnavailableException gone)
        {
            return new SendResult.Failed(FailureKind.Content, gone.Message);
        }

        if (raw.Length > MostAsUpload) { return new SendResult.Failed(FailureKind.Content, "The mail is larger than Gmail takes. Send a link instead of the file."); }
        var api = new GmailApi(settings, context);
        var thread = message.LatestExtra.GetValueOrDefault(GmailReceiver.Thread);
        var answer = await PostAsync(api, raw, thread, ct);
        // The thread was deleted in Gmail, or its subject differs: the mail's own headers find the conversation, too.
        if (thread is not null && answer is ProviderAnswer.Answered { Status: 400 or 404 }) { answer = await PostAsync(api, raw, null, ct); }
        if (answer is not ProviderAnswer.Answered { Ok: true } yes || yes.Json.Id("id") is not { } id) { return GmailErrors.Result(answer); }

        var own = await MessageIdAsync(api, id, ct);
        return new SendResult.Sent(draft.MessageId)
        {
            ThreadId = message.ThreadId ?? (draft.References is [var root, ..] ? root : draft.MessageId),
            OtherKeys = own is null || own == draft.MessageId ? [id] : [own, id],
        };
    });

    private static Task<ProviderAnswer> PostAsync(GmailApi api, byte[] raw, string? thread, CancellationToken ct)
    {
        if (raw.Length <= MostAsJson)
        {
            var body = new JsonObject { ["raw"] = Base64Url.EncodeToString(raw) };
            if (thread is not null) { body["threadId"] = thread; }
            return api.CallAsync(json => json.PostAsync("gmail/v1/users/me/messages/send", body, ct), ct);
        }

        return api.CallAsync(json => json.CallAsync(HttpMethod.Post, "upload/gmail/v1/users/me/messages/send?uploadType=multipart", Upload(raw, thread), ct), ct);
    }

    private static MultipartContent Upload(byte[] raw, string? thread)
    {
        var about = thread is null ? new JsonObject() : new JsonObject { ["threadId"] = thread };
        var mail = new ByteArrayContent(raw);
        mail.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        return new MultipartContent("related") { new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(about)) { Headers = { ContentType = new("application/json") } }, mail };
    }

    /// <summary>Gmail may have written a Message-ID of its own, which answers will name. Not knowing it does no harm: the token leads back, too.</summary>
    private static async Task<string?> MessageIdAsync(GmailApi api, string id, CancellationToken ct)
    {
        var answer = await api.GetAsync($"messages/{Uri.EscapeDataString(id)}?format=metadata&metadataHeaders=Message-ID", ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes
            ? yes.Json.Get("payload").Items("headers").FirstOrDefault(h => h.Text("name")?.Equals("Message-ID", StringComparison.OrdinalIgnoreCase) == true).Text("value")?.Trim('<', '>', ' ')
            : null;
    }
}

internal static class GmailErrors
{
    private static readonly HashSet<string> TooFast = new(["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"], StringComparer.OrdinalIgnoreCase);

    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered no || !no.Json.Get("error").IsObject()) { return Outcomes.Of(answer, "Gmail"); }
        var error = no.Json.Get("error");
        var reason = error.Items("errors").Select(e => e.Text("reason")).FirstOrDefault() ?? "";
        var words = error.Text("message") is { } text ? " (" + (text.Length > 200 ? text[..200] : text).TrimEnd('.') + ")" : "";
        var code = reason.Length > 0 ? reason : $"{no.Status}";
        return no.Status switch
        {
            403 or 429 when TooFast.Contains(reason) => new SendResult.Retry("Gmail asks to slow down", no.RetryAfter) { WholeInbox = true },
            403 when reason is "dailyLimitExceeded" or "sendingLimitExceeded" => new SendResult.Retry("Gmail sends no more mail from this account today", no.RetryAfter ?? TimeSpan.FromHours(2)) { WholeInbox = true },
            403 => new SendResult.Failed(FailureKind.Configuration, $"Gmail does not let this inbox send. Switch on the Gmail API and sign in again with both permissions{words}.", code),
            400 when words.Contains("To header", StringComparison.OrdinalIgnoreCase) || words.Contains("recipient", StringComparison.OrdinalIgnoreCase) => new SendResult.Failed(FailureKind.Unreachable, $"Gmail can't send to this address{words}.", code),
            400 when reason == "failedPrecondition" => new SendResult.Failed(FailureKind.Configuration, $"Gmail is not switched on for this account{words}.", code),
            400 => new SendResult.Failed(FailureKind.Content, $"Gmail refused the mail{words}.", code),
            >= 500 => new SendResult.Retry("Gmail is in trouble", no.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(answer, "Gmail"),
        };
    }
}
