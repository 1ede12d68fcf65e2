using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Common;

namespace Braid.Channels.Sms.MessageBird;

/// <summary>
/// MessageBird, now Bird: the Channels API where a workspace is named, else the older REST API, which many accounts still use.
/// </summary>
internal sealed class MessageBirdSms : SmsGateway
{
    private const string ByHandWords = "In Flow Builder let the number forward incoming messages to the webhook address, by POST.";

    public override string Name => "MessageBird";
    public override SmsLimits Limits { get; } = new(1377, 603) { FileBytes = 1024 * 1024 };
    public override IReadOnlyList<string> FileHosts => ["api.bird.com", "media.api.bird.com", "media.nest.messagebird.com", "rest.messagebird.com", "media.messagebird.com"];

    public override IEnumerable<(string Field, string Problem)> Check(SmsSettings settings)
    {
        foreach (var problem in Needs(
            (settings.AccessKey, "accessKey", "Enter the access key from MessageBird's developer settings."),
            (settings.SigningKey, "signingKey", "Enter the signing key: with a workspace one of your choice, with an older account the one from the developer settings.")))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(settings.WorkspaceId) != string.IsNullOrWhiteSpace(settings.ChannelId))
        {
            yield return ("channelId", "Enter both the workspace id and the channel id, or neither for an older account.");
        }
        else if (string.IsNullOrWhiteSpace(settings.WorkspaceId) && string.IsNullOrWhiteSpace(settings.From))
        {
            yield return ("from", NoNumber);
        }
    }

    public override Verdict Verify(WebhookRequest request, SmsSettings settings) => MessageBirdProof.Verify(request, settings.SigningKey);

    public override Reading Read(RawDelivery delivery, SmsSettings settings) =>
        delivery.Body.IsEmpty || delivery.Body.Span[0] is not ((byte)'{' or (byte)'[' or 0xEF)
            ? MessageBirdReading.Older(FormFields.Of(delivery))
            : ChannelJson.Read(delivery, "a MessageBird event", MessageBirdReading.Current);

    public override string AddressOf(string recipient) => recipient;

    public override Action<HttpRequestMessage> Authorize(SmsSettings settings, TimeProvider clock) =>
        request => request.Headers.TryAddWithoutValidation("Authorization", "AccessKey " + settings.AccessKey);

    public override async Task<SendResult> SendAsync(SmsPart part, SmsSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = Api(settings, context);
        var answer = IsCurrent(settings)
            ? await api.PostAsync($"{Channel(settings)}/messages", new JsonObject
            {
                ["receiver"] = new JsonObject { ["contacts"] = new JsonArray(new JsonObject { ["identifierValue"] = PhoneNumbers.E164(part.To) ?? part.To }) },
                ["body"] = Body(part),
                ["reference"] = part.Reference,
            }, ct)
            : await api.PostAsync(part.Files.Count > 0 ? "mms" : "messages", Older(part, settings, Callback(part, settings, context)), ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Id("id") is { } id ? new SendResult.Sent(id) : MessageBirdErrors.Of(answer);
    }

    private static JsonObject Body(SmsPart part)
    {
        if (part.Files.Count == 0) { return new JsonObject { ["type"] = "text", ["text"] = new JsonObject { ["text"] = part.Text } }; }

        var pictures = part.Files.All(file => SmsEvents.Kind(file.ContentType) == AttachmentKind.Image);
        var files = new JsonArray([.. part.Files.Select(file => pictures
            ? new JsonObject { ["mediaUrl"] = file.Link!.AbsoluteUri, ["altText"] = file.Name }
            : new JsonObject { ["mediaUrl"] = file.Link!.AbsoluteUri, ["contentType"] = file.ContentType, ["filename"] = file.Name })]);
        var content = new JsonObject { [pictures ? "images" : "files"] = files };
        if (part.Text.Length > 0) { content["text"] = part.Text; }
        return new JsonObject { ["type"] = pictures ? "image" : "file", [pictures ? "image" : "file"] = content };
    }

    private static JsonObject Older(SmsPart part, SmsSettings settings, string? callback)
    {
        var body = new JsonObject
        {
            ["originator"] = PhoneNumbers.Bare(settings.From ?? ""),
            ["recipients"] = new JsonArray(PhoneNumbers.Bare(part.To)),

            // Reports come only for messages with a reference.
            ["reference"] = part.Reference,
        };
        if (part.Text.Length > 0) { body["body"] = part.Text; }
        if (part.Files.Count > 0) { body["mediaUrls"] = new JsonArray([.. part.Files.Select(file => (JsonNode)file.Link!.AbsoluteUri)]); }
        else { body["datacoding"] = "auto"; }
        if (callback is not null && part.Files.Count == 0) { body["reportUrl"] = callback; }
        return body;
    }

    public override async Task<IReadOnlyList<CheckStep>> SetUpAsync(SmsSettings settings, ConnectContext context, bool connect, CancellationToken ct)
    {
        var api = Api(settings, context.Provider);
        const string Fix = "Compare the access key (and the workspace and channel ids) with MessageBird's settings.";
        if (!IsCurrent(settings))
        {
            var account = Outcomes.Step("Account", await api.GetAsync("balance", ct), Name, "MessageBird accepts the access key.", Fix);
            return account.Ok ? [account, ByHand("Incoming messages can't be checked here. " + ByHandWords)] : [account];
        }

        var channel = Outcomes.Step(
            "Channel", await api.GetAsync(Channel(settings), ct), Name, "MessageBird accepts the access key, and the channel is there.", Fix);
        if (!channel.Ok) { return [channel]; }

        var path = $"workspaces/{settings.WorkspaceId}/webhook-subscriptions";
        var answer = await api.GetAsync(path, ct);
        var step = Outcomes.Step("Webhook", answer, Name, "MessageBird sends this channel's messages to Braid.", Fix);
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var list }) { return [channel, step]; }

        var missing = new[] { "sms.inbound", "sms.outbound" }.Where(wanted => !list.Items("results").Any(s => IsOurs(s, wanted, context.WebhookUrl))).ToList();
        if (missing.Count > 0 && !connect)
        {
            return [channel, new("Webhook", false, "MessageBird does not send this channel's messages to Braid.", "Choose Connect.")];
        }

        foreach (var wanted in missing)
        {
            var made = await api.PostAsync(path, Subscription(settings, wanted, context.WebhookUrl), ct);
            step = Outcomes.Step("Webhook", made, Name, "MessageBird sends this channel's messages to Braid.", Fix);
            if (!step.Ok) { break; }
        }

        return [channel, step];
    }

    private static bool IsOurs(JsonElement subscription, string wanted, Uri webhook) =>
        subscription.Text("event") == wanted && subscription.Text("url") == webhook.AbsoluteUri;

    private static JsonObject Subscription(SmsSettings settings, string wanted, Uri webhook) => new()
    {
        ["service"] = "channels", ["event"] = wanted, ["url"] = webhook.AbsoluteUri, ["signingKey"] = settings.SigningKey,
        ["eventFilters"] = new JsonArray(new JsonObject { ["key"] = "channelId", ["value"] = settings.ChannelId }),
    };

    private static bool IsCurrent(SmsSettings settings) => !string.IsNullOrWhiteSpace(settings.WorkspaceId);

    private static string Channel(SmsSettings settings) =>
        $"workspaces/{Uri.EscapeDataString(settings.WorkspaceId!)}/channels/{Uri.EscapeDataString(settings.ChannelId ?? "")}";

    protected override string DefaultBase(SmsSettings settings) => IsCurrent(settings) ? "https://api.bird.com" : "https://rest.messagebird.com";
}
