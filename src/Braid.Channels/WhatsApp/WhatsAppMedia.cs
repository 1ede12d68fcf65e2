using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>Fetches files: ask for the address, which lives five minutes, then fetch it with the same token.</summary>
internal sealed class WhatsAppMedia : IMedia<WhatsAppSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, WhatsAppSettings settings, ProviderContext context, CancellationToken ct)
    {
        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var path = $"{Uri.EscapeDataString(request.Reference)}?phone_number_id={Uri.EscapeDataString(settings.PhoneNumberId)}";
        var answer = await api.GetAsync(path, ct);
        if (answer is not ProviderAnswer.Answered { Ok: true } found) throw Unavailable(answer);
        if (found.Json.Text("url") is not { } url || api.FileRequest(url) is not { } get) throw new MediaUnavailableException("WhatsApp gave no usable address for this file.");

        using (get)
        {
            var file = await FileDownload.OpenAsync(get, context.Http, "WhatsApp", ct);
            return new MediaContent(
                await file.ReadAsStreamAsync(ct),
                found.Json.Text("mime_type") ?? file.Headers.ContentType?.MediaType,
                Name: null,
                file.Headers.ContentLength ?? found.Json.Number("file_size"));
        }
    }

    private static MediaUnavailableException Unavailable(ProviderAnswer answer)
    {
        var code = answer is ProviderAnswer.Answered no ? new GraphError(no.Json.Get("error")).Code : -1;
        return code is 100 or 131052
            ? new("WhatsApp no longer has this file. It keeps files for some days only.")
            : new(WhatsAppErrors.Trouble(answer).Problem, permanent: false);
    }
}
