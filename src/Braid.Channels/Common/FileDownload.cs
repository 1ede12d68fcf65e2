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

    /// <summary>
    /// The same where the provider answers with another address. <paramref name="request"/> decides for each address whether it may be called,
    /// and with which credentials; null: it may not.
    /// </summary>
    /// <param name="comesLater">True where a file that is announced may be missing for some seconds.</param>
    public static async Task<HttpContent> FollowAsync(
        Uri address, Func<Uri, HttpRequestMessage?> request, HttpClient http, string provider, bool comesLater, CancellationToken ct)
    {
        for (var hop = 0; hop < 4; hop++)
        {
            using var get = request(address) ?? throw new MediaUnavailableException($"{provider} gave no usable address for this file.");
            HttpResponseMessage response;
            try
            {
                response = await http.SendAsync(get, HttpCompletionOption.ResponseHeadersRead, ct);
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                throw new MediaUnavailableException($"{provider} can't be reached for the file.", permanent: false);
            }

            if (response.IsSuccessStatusCode) { return response.Content; }
            var status = (int)response.StatusCode;
            var next = status is 301 or 302 or 303 or 307 or 308 ? response.Headers.Location : null;
            response.Dispose();
            if (next is null)
            {
                throw new MediaUnavailableException(
                    $"{provider} answered {status} when asked for the file.", permanent: status is 400 or 403 or 410 || (status == 404 && !comesLater));
            }

            address = Uri.TryCreate(address, next, out var there) ? there : throw new MediaUnavailableException($"{provider} gave no usable address for this file.");
        }

        throw new MediaUnavailableException($"{provider} sends from address to address for this file.");
    }
}
