using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Http;

/// <summary>What the world calls this server: the setting, else what the caller used, else what we listen on. Ends without a slash.</summary>
internal sealed class PublicAddress(IOptions<BraidOptions> options, IServer server)
{
    public Uri Of(HttpContext? context) =>
        options.Value.PublicUrl
        ?? (context is { Request.Host.HasValue: true } ? new Uri($"{context.Request.Scheme}://{context.Request.Host}") : Listening());

    /// <param name="path">Starts with a slash.</param>
    public Uri Of(HttpContext? context, string path) => new(Of(context).AbsoluteUri.TrimEnd('/') + path);

    private Uri Listening()
    {
        var first = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5080";
        return new(first.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal));
    }
}
