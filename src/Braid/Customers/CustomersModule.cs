namespace Braid.Customers;

internal static class CustomersModule
{
    public static void AddCustomers(this WebApplicationBuilder builder)
    {
    }

    public static void MapCustomers(this WebApplication app)
    {
    }
}
