using Braid.Channels.Common;

namespace Braid.Channels.Slack;

/// <summary>Fetches files: asks for the address, then fetches it with the token. Without the scope Slack shows its sign-in page instead of the file.</summary>
internal sealed class SlackMedia : IMedia<SlackSettings>
{
    public async Task<MediaContent> OpenAsync(MediaRequest request, SlackSettings settings, ProviderContext context, CancellationToken ct)
    {
        var token = await TokenTry.ForMediaAsync(() => SlackTokens.GetAsync(settings, context, ct));
        var api = new SlackApi(settings, context, token.Value);
        var answer = await api.GetAsync("files.info", [("file", request.Reference)], ct);
        if (!SlackApi.Yes(answer)) { throw Unavailable(answer); }

        var file = ((ProviderAnswer.Answered)answer).Json.Get("file");
        if ((file.Text("url_private_download") ?? file.Text("url_private")) is not { } url || api.FileRequest(url) is not { } get)
        {
            throw new MediaUnavailableException("Slack gave no usable address for this file.");
        }

        using (get)
        {
            var content = await FileDownload.OpenAsync(get, context.Http, "Slack", ct);
            var type = content.Headers.ContentType?.MediaType;
            if (type == "text/html" && file.Text("mimetype") != "text/html")
            {
                content.Dispose();
                throw new MediaUnavailableException("The Slack app may not read files. Add the scope files:read and install the app again.", permanent: false);
            }

            return new MediaContent(await content.ReadAsStreamAsync(ct), file.Text("mimetype") ?? type, file.Text("name"), content.Headers.ContentLength ?? file.Number("size"));
        }
    }

    private static MediaUnavailableException Unavailable(ProviderAnswer answer) => SlackApi.ErrorOf(answer) switch
    {
        "file_not_found" or "file_deleted" => new("Slack no longer has this file."),
        _ when SlackErrors.Result(answer) is SendResult.Failed no => new(no.Reason, permanent: false),
        _ => new("Slack can't be reached for the file.", permanent: false),
    };
}
