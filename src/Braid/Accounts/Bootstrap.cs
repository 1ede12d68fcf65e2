using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Secrets;
using Microsoft.Extensions.Options;

namespace Braid.Accounts;

/// <summary>Makes the first owner from the settings `Braid:Bootstrap`, before requests are served. Does nothing once there is an owner.</summary>
internal sealed class Bootstrap(IServiceProvider services) : IHostedLifecycleService
{
    public static async Task RunAsync(IServiceProvider services, CancellationToken ct)
    {
        var settings = services.GetRequiredService<IOptions<BraidOptions>>().Value.Bootstrap;
        if (settings.Email is not { Length: > 0 } email)
        {
            return;
        }

        if (await FirstOwner.IsMissingAsync(services.GetRequiredService<Database>(), ct))
        {
            await using var scope = services.CreateAsyncScope();
            var first = scope.ServiceProvider.GetRequiredService<FirstOwner>();
            email = Emails.Normal(email);
            // Without a password the owner comes in by the API token alone.
            await first.MakeAsync(new("My workspace", FirstOwner.NameOf(email), email, settings.Password is { Length: > 0 } p ? p : RandomSecret.Make(), settings.ApiToken), ct);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => RunAsync(services, cancellationToken);
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
