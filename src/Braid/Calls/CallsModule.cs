namespace Braid.Calls;

internal static class CallsModule
{
    public static void AddCalls(this WebApplicationBuilder builder) => builder.Services.AddScoped<CallDesk>();
}
