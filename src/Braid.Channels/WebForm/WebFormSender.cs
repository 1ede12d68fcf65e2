using Braid.Channels.Common;

namespace Braid.Channels.WebForm;

/// <summary>A form can't be answered; a system behind it can, where there is one: it gets the same signed posts as a custom channel.</summary>
internal sealed class WebFormSender : ISender<WebFormSettings>
{
    public Task<SendResult> SendAsync(OutboundMessage message, WebFormSettings settings, ProviderContext context, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return settings.Target is { } target
            ? CallbackMessages.SendAsync(message, target, context, ct)
            : Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, "A web form can't carry answers. Answer on another channel, for example by email."));
    }
}

internal sealed class WebFormMedia : IMedia<WebFormSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, WebFormSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (request.Reference.StartsWith("part:", StringComparison.Ordinal)) { return FromBody(request); }
        if (!Uri.TryCreate(request.Reference, UriKind.Absolute, out var address)) { throw new MediaUnavailableException("The file has no usable address."); }

        var file = await FileDownload.FollowAsync(
            address, to => to.Scheme == Uri.UriSchemeHttps ? new HttpRequestMessage(HttpMethod.Get, to) : null, context.Http, "The form's file server", comesLater: false, ct);
        return new MediaContent(await file.ReadAsStreamAsync(ct), file.Headers.ContentType?.MediaType, null, file.Headers.ContentLength);
    }

    private static MediaContent FromBody(MediaRequest request)
    {
        if (request.Source is not { Body.IsEmpty: false } source) { throw new MediaUnavailableException("The original form is no longer kept, so its files are gone."); }
        var part = int.TryParse(request.Reference[5..], System.Globalization.CultureInfo.InvariantCulture, out var index) ? MultipartBody.Read(source.Body, source.ContentType)?.ElementAtOrDefault(index) : null;
        if (part is null) { throw new MediaUnavailableException("The form holds no such file."); }
        var bytes = part.Content.ToArray();
        return new MediaContent(new MemoryStream(bytes, writable: false), part.ContentType, part.FileName, bytes.Length);
    }
}

/// <summary>The form is on the admin's own site; only the reply URL can be tried.</summary>
internal sealed class WebFormSetup : ISetup<WebFormSettings>
{
    private const string Fix = "Answer a post of the type channel.verify with {\"challenge\":\"…\"}, the same word it carries; and compare address and reply secret.";

    public async Task<IReadOnlyList<CheckStep>> CheckAsync(WebFormSettings settings, ConnectContext context, CancellationToken ct)
    {
        var form = new CheckStep("Form", true, "Braid is ready. Send your form to the webhook address to see it here.");
        return settings.Target is { } target ? [form, await target.CheckAsync("Reply URL", Fix, context.Provider, ct)] : [form];
    }

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(WebFormSettings settings, ConnectContext context, CancellationToken ct) => CheckAsync(settings, context, ct);
}
