using Braid.Accounts.Teams;
using Braid.Platform;
using Braid.Platform.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Accounts;

internal static class AccountsModule
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthentication(CallerClaims.Scheme).AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(CallerClaims.Scheme, null);
        services.AddAuthorization();
        services.AddSingleton<AccountsGate>();
        services.AddSingleton<Passwords>();
        services.AddScoped<SignInThrottle>();
        services.AddSingleton<SetupCode>();
        services.TryAddSingleton(new DemoMode(false));
        services.AddScoped<FirstOwner>();
        services.AddScoped<SetUp>();
        services.AddScoped<SignIn>();
        services.AddScoped<Sessions>();
        services.AddScoped<ChangeMe>();
        services.AddScoped<AgentAccess>();
        services.AddScoped<ChangeAgent>();
        services.AddScoped<Invites>();
        services.AddScoped<ListAgents>();
        services.AddScoped<ApiTokens>();
        services.AddScoped<Staff>();
        services.AddScoped<ChangeWork>();
        services.AddScoped<KeepTeams>();
        services.AddScoped<SeenAgents>();
        services.AddHostedService<Bootstrap>();
        services.AddSingleton<ForgetFailures>();
        services.AddBackground<ForgetFailures>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        AccountsEndpoints.Map(app);
        app.MapTeams();
    }
}
