using Braid.Accounts;
using Braid.Customers;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Braid.Platform.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Braid.Surveys;

/// <summary>How satisfied customers were: asked after a conversation, answered on a page of ours.</summary>
internal static class SurveysModule
{
    public static void AddSurveys(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<ReadSurveys>();
        services.AddScoped<SurveyPage>();
        services.AddScoped<ITellMoments, SurveyMoments>();
        services.AddJobHandler<SendSurvey>();
        services.AddSingleton<FollowResolved>();
        services.AddWorker<FollowResolved>();
    }

    public static void MapSurveys(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/surveys").WithTags("Surveys");
        group.MapGet("/", async Task<Ok<Page<SurveyView>>> (Id<Customer>? customer, int? limit, string? cursor, ReadSurveys read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.ListAsync(customer, limit, cursor, by, ct)));
        group.MapGet("/summary", async Task<Ok<SurveySummaryView>> (int? days, ReadSurveys read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.SummaryAsync(days, by, ct)));
        group.MapGet("/settings", async Task<Ok<SurveySettingsView>> (ReadSurveys read, Actor by, CancellationToken ct) => TypedResults.Ok(await read.SettingsAsync(by, ct)));
        group.MapPut("/settings", Save).WithExample("""{"on":true,"question":"How satisfied were you with our help?","delayMinutes":10}""");
        SurveyPage.Map(app);
    }

    private static async Task<Ok<SurveySettingsView>> Save(SurveySettingsView request, ReadSurveys read, Actor by, CancellationToken ct)
    {
        await read.SaveAsync(request, by, ct);
        return TypedResults.Ok(await read.SettingsAsync(by, ct));
    }
}
