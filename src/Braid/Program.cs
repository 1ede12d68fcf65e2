using Braid;
using Braid.Platform.Data;

await using var app = BraidApp.Create(args);
await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<Schema>().EnsureAsync(mayMigrate: true, CancellationToken.None);
}

await app.RunAsync();
