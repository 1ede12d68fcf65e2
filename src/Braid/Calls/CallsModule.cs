using Braid.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Calls;

internal static class CallsModule
{
    public static void AddCalls(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<CallDesk>();
        builder.Services.AddScoped<BrowserPhones>();
    }

    public static void MapCalls(this WebApplication app) => app.MapPost("/api/v1/calls/phones", Phones).WithTags("Calls");

    /// <summary>By POST: each call makes new tokens.</summary>
    private static async Task<Ok<BrowserPhonesView>> Phones(BrowserPhones phones, Actor by, CancellationToken ct) => TypedResults.Ok(await phones.OfAsync(by, ct));
}
