using Braid.Platform;
using Braid.Platform.Jobs;

namespace Braid.Customers;

internal static class CustomersModule
{
    public static void AddCustomers(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<CustomerAccess>();
        services.AddScoped<ListCustomers>();
        services.AddScoped<ReadCustomer>();
        services.AddScoped<CreateCustomer>();
        services.AddScoped<ChangeCustomer>();
        services.AddScoped<AddKey>();
        services.AddScoped<RemoveKey>();
        services.AddScoped<ShareKey>();
        services.AddScoped<CustomerNotes>();
        services.AddScoped<CustomerValues>();
        services.AddScoped<CustomerPhotos>();
        services.AddJobHandler<FindPerson>();
        services.AddScoped<PlacePersons>();
        services.AddScoped<MergeCustomers>();
        services.AddScoped<ReadMerges>();
        services.AddScoped<PersonFactsReader>();
        services.AddScoped<ReviewSuggestions>();
        services.AddScoped<Attributes>();
        services.AddScoped<Consents>();
        services.AddScoped<UpsertCustomer>();
        services.AddScoped<SegmentQuery>();
        services.AddScoped<Segments>();
        services.AddScoped<ListCompanies>();
        services.AddJobHandler<WeighPersons>();
        services.AddJobHandler<GiveTiers>();
        services.AddSingleton<TierClock>();
        services.AddWorker<TierClock>();
        services.AddScoped<UpsertMany>();
        services.AddScoped<ReadMoments>();
        services.AddScoped<ITellMoments, ProfileMoments>();
    }

    public static void MapCustomers(this WebApplication app)
    {
        app.MapCustomerEndpoints();
        app.MapMergeEndpoints();
        app.MapSuggestionEndpoints();
        app.MapProfileEndpoints();
    }
}
