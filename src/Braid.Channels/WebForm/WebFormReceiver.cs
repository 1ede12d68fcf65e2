using System.Net;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.WebForm;

internal sealed class WebFormReceiver : IReceiver<WebFormSettings>
{
    private const int MostId = 200;

    /// <summary>The key in the address is the proof, and the product compares it. A browser that only looks gets a word, and nothing is stored.</summary>
    public Verdict Verify(WebhookRequest request, WebFormSettings settings)
    {
        if (request.Method is "GET" or "HEAD") { return new Verdict.Challenge(HttpReply.Text("This address takes the posts of a form.")); }
        var post = WebFormPost.Read(new RawDelivery { Body = request.Body, ContentType = request.Header("Content-Type"), ReceivedAt = request.ReceivedAt });
        return new Verdict.Genuine(Answer(request, settings, post is not null && (post.Fields.Count > 0 || post.Files.Count > 0)));
    }

    public Reading Read(RawDelivery delivery, WebFormSettings settings)
    {
        if (WebFormPost.Read(delivery) is not { } post) { return new Reading.Unreadable("not a form: the body is neither fields nor a JSON object"); }
        if (settings.TrapField.Length > 0 && post.Text(settings.TrapField) is not null) { return new Reading.Ignored($"a robot: the hidden field \"{settings.TrapField}\" was filled in"); }

        string[] known = [settings.NameField, settings.EmailField, settings.PhoneField, settings.SubjectField, settings.MessageField, settings.TrapField];
        var text = string.Join("\n\n", new[] { post.Text(settings.MessageField)?.Trim(), post.Others(known) }.Where(part => !string.IsNullOrWhiteSpace(part)));
        var subject = post.Text(settings.SubjectField)?.Trim();
        if (text.Length == 0 && post.Files.Count == 0 && subject is null) { return new Reading.Ignored("the form was empty"); }

        var id = post.Text("_id") is { Length: <= MostId } own ? own : post.Id;
        return new Reading.Events(
        [
            new InboundEvent(InboundKind.Message)
            {
                ExternalId = id,
                ThreadId = post.Text("_conversation") is { Length: <= MostId } thread ? thread : id,
                ThreadTitle = subject,
                Sender = ToSender(post, settings, id),
                Text = text.Length > 0 ? text : post.Files.Count > 0 ? null : subject,
                Attachments = [.. post.Files.Select(ToAttachment)],
                Extra = post.Text("_page") is { Length: <= 500 } page ? new Dictionary<string, string> { ["page"] = page } : [],
            },
        ]);
    }

    /// <summary>Anybody can type any address: what a form states is a key, never a proof.</summary>
    private static Sender ToSender(WebFormPost post, WebFormSettings settings, string id)
    {
        var email = post.Text(settings.EmailField)?.Trim().ToLowerInvariant() is { Length: <= 320 } given && given.IndexOf('@', StringComparison.Ordinal) > 0 && !given.Contains(' ') ? given : null;
        var typed = post.Text(settings.PhoneField)?.Trim();
        var phone = PhoneNumbers.E164(typed is null ? null : string.Concat(typed.Where(c => char.IsAsciiDigit(c) || c == '+')));
        List<ContactKey> keys = [];
        if (email is not null) { keys.Add(new(KeyKind.Email, email, Proof: null)); }
        if ((typed?.StartsWith('+') == true ? phone : PhoneNumbers.Typed(typed)) is { } number) { keys.Add(new(KeyKind.Phone, number, Proof: null)); }
        var name = post.Text(settings.NameField)?.Trim();
        return new Sender(email ?? typed ?? id)
        {
            Name = name, Keys = keys, Verified = false, Address = email ?? typed, Anonymous = email is null && typed is null && name is null, Language = post.Text("_language"),
        };
    }

    private static InboundAttachment ToAttachment(WebFormFile file) => new((file.ContentType ?? "").Split('/')[0] switch
    {
        "image" => AttachmentKind.Image,
        "video" => AttachmentKind.Video,
        "audio" => AttachmentKind.Audio,
        _ => AttachmentKind.File,
    })
    {
        Name = file.Name, ContentType = file.ContentType, Size = file.Size, MediaRef = file.Reference,
    };

    /// <summary>JSON for scripts, a small page for browsers. A robot gets the same answer as everybody.</summary>
    private static HttpReply Answer(WebhookRequest request, WebFormSettings settings, bool understood)
    {
        var scripts = request.Header("Content-Type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true
            || request.Header("Accept")?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        if (scripts)
        {
            var body = understood
                ? new JsonObject { ["status"] = "accepted" }
                : new JsonObject { ["error"] = new JsonObject { ["code"] = "empty", ["message"] = "Send the form's fields as a JSON object." } };
            return HttpReply.Text(body.ToJsonString(), understood ? 202 : 422, "application/json");
        }

        var words = WebUtility.HtmlEncode(understood ? settings.ThankYouText : "The form was empty. Go back and fill it in.");
        var onward = understood && !string.IsNullOrWhiteSpace(settings.ThankYouUrl) ? WebUtility.HtmlEncode(settings.ThankYouUrl) : null;
        var refresh = onward is null ? "" : $"<meta http-equiv=\"refresh\" content=\"0;url={onward}\">";
        return HttpReply.Text(
            $"<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">{refresh}<title>Form</title></head><body><p>{words}</p></body></html>",
            understood ? 200 : 422, "text/html; charset=utf-8");
    }
}
