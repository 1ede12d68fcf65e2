namespace Braid.Channels.Common;

/// <summary>Opens a provider's file as a stream, and says what is wrong without naming an address: it may hold a secret.</summary>
internal static class FileDownload
{
    public static async Task<HttpContent> OpenAsync(HttpRequestMessage request, HttpClient http, string provider, CancellationToken ct)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Without the inner exception: its text may name the address.
            throw new MediaUnavailableException($"{provider} can't be reached for the file.", permanent: false);
        }

        if (response.IsSuccessStatusCode) return response.Content;

        var status = (int)response.StatusCode;
        response.Dispose();
        throw new MediaUnavailableException($"{provider} answered {status} when asked for the file.", permanent: status is 400 or 403 or 404 or 410);
    }
}
