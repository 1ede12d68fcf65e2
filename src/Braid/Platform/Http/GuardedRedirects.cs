using System.Net;

namespace Braid.Platform.Http;

/// <summary>
/// Follows redirects of reads, five at most, over http and https. To another host go none of the request's headers: they may be a
/// provider's token. The guard below looks at every new target again.
/// </summary>
internal sealed class GuardedRedirects(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Most = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        for (var hops = 0; Next(request, response) is { } target; hops++)
        {
            response.Dispose();
            if (hops == Most)
            {
                throw new HttpRequestException($"{request.RequestUri!.Host} redirects in circles.");
            }

            var follow = new HttpRequestMessage(request.Method, target) { Version = request.Version, VersionPolicy = request.VersionPolicy };
            if (target.Authority == request.RequestUri!.Authority && target.Scheme == request.RequestUri.Scheme)
            {
                foreach (var header in request.Headers)
                {
                    follow.Headers.TryAddWithoutValidation(header.Key, header.Value);
                }
            }

            request = follow;
            response = await base.SendAsync(request, cancellationToken);
        }

        return response;
    }

    private static Uri? Next(HttpRequestMessage request, HttpResponseMessage response)
    {
        var redirects = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!redirects || response.Headers.Location is not { } location || !(request.Method == HttpMethod.Get || request.Method == HttpMethod.Head))
        {
            return null;
        }

        var target = location.IsAbsoluteUri ? location : new Uri(request.RequestUri!, location);
        var steps = request.RequestUri!.Scheme == Uri.UriSchemeHttps ? target.Scheme == Uri.UriSchemeHttps : target.Scheme is "http" or "https";
        return steps ? target : throw new BlockedTargetException(target.GetLeftPart(UriPartial.Authority));
    }
}
