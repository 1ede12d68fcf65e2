using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Teams;

/// <summary>Sends texts, cards and small pictures. Teams has no idempotency key and no receipts: a lost answer stays unknown.</summary>
internal sealed class TeamsSender : ISender<TeamsSettings>
{
    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/gif"];

    public async Task<SendResult> SendAsync(OutboundMessage message, TeamsSettings settings, ProviderContext context, CancellationToken ct)
    {
        foreach (var file in message.Attachments)
        {
            if (!Pictures.Contains(file.ContentType) || file.Size > TeamsChannel.Limits.AttachmentBytes)
            {
                return new SendResult.Failed(FailureKind.Content, $"Bots can't send {file.Name} in Teams, only PNG, JPEG and GIF pictures up to 1 MB. Send a link instead.");
            }
        }

        var api = new TeamsApi(settings, context);
        var thread = message.ThreadId;
        if (thread is null)
        {
            var opened = await OpenAsync(api, message, settings, ct);
            if (opened is not SendResult.Sent sent) { return Outcomes.BeforeSending(opened); }
            thread = sent.ExternalId;
        }

        var result = await PartwiseSend.RunAsync(message, Parts(message), async (part, _) =>
        {
            var body = TeamsBodies.Message(settings, thread, message.RecipientId);
            if (part.Rich is { } rich) { TeamsCards.Fill(body, part.Text ?? "", rich, TeamsBodies.IsPersonal(thread), message.RecipientId); }
            else if (part.Text is not null) { (body["text"], body["textFormat"]) = (TeamsText.Markdown(part.Text), "markdown"); }

            if (part.File is { } file)
            {
                if (await DataAsync(file, ct) is not { } data) { return new SendResult.Failed(FailureKind.Content, $"The file {file.Name} can't be read. Attach it again."); }
                body["attachments"] = new JsonArray(new JsonObject { ["contentType"] = file.ContentType, ["contentUrl"] = data, ["name"] = file.Name });
            }

            return await api.CallAsync(HttpMethod.Post, TeamsApi.Activities(thread), body, answer => Sent(answer, thread), ct);
        });
        return result is SendResult.Sent done && message.ThreadId is null ? done with { ThreadId = thread } : result;
    }

    private static Task<SendResult> OpenAsync(TeamsApi api, OutboundMessage message, TeamsSettings settings, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["bot"] = TeamsBodies.Bot(settings), ["isGroup"] = false, ["members"] = new JsonArray(new JsonObject { ["id"] = message.RecipientId }),
        };
        if (settings.Account is { } tenant)
        {
            (body["tenantId"], body["channelData"]) = (tenant, new JsonObject { ["tenant"] = new JsonObject { ["id"] = tenant } });
        }

        return api.CallAsync(HttpMethod.Post, "v3/conversations", body, answer =>
            answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id ? new SendResult.Sent(id) : TeamsErrors.Result(answer), ct);
    }

    private static SendResult Sent(ProviderAnswer answer, string thread) => answer is not ProviderAnswer.Answered { Ok: true } yes
        ? TeamsErrors.Result(answer)
        : yes.Json.Id("id") is { } id ? new SendResult.Sent(id, $"{thread}:{id}") : new SendResult.Unknown("Teams said yes but gave no message id.");

    private static List<Part> Parts(OutboundMessage message)
    {
        var texts = TextSplitter.Split(message.Text, TeamsChannel.Limits.TextLength);
        var parts = texts.Select((text, i) => new Part(text, i == texts.Count - 1 ? message.Rich : null, null)).ToList();
        if (parts.Count == 0 && message.Rich is { } rich) { parts.Add(new(null, rich, null)); }
        parts.AddRange(message.Attachments.Select(file => new Part(null, null, file)));
        return parts;
    }

    private static async Task<string?> DataAsync(OutboundAttachment file, CancellationToken ct)
    {
        try
        {
            await using var stream = await file.OpenAsync(ct);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, ct);
            return $"data:{file.ContentType};base64,{Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record Part(string? Text, RichContent? Rich, OutboundAttachment? File);
}

internal static class TeamsBodies
{
    public static JsonObject Bot(TeamsSettings settings)
    {
        var bot = new JsonObject { ["id"] = "28:" + settings.AppId };
        if (settings.Address is { } name) { bot["name"] = name; }
        return bot;
    }

    /// <summary>Chats of one person begin with `a:`; groups and channels with `19:`.</summary>
    public static bool IsPersonal(string thread) => !thread.StartsWith("19:", StringComparison.Ordinal);

    public static JsonObject Message(TeamsSettings settings, string thread, string recipient)
    {
        var body = new JsonObject { ["type"] = "message", ["from"] = Bot(settings) };
        if (IsPersonal(thread)) { (body["conversation"], body["recipient"]) = (new JsonObject { ["id"] = thread }, new JsonObject { ["id"] = recipient }); }
        return body;
    }
}
