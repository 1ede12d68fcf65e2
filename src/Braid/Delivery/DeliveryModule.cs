namespace Braid.Delivery;

internal static class DeliveryModule
{
    public static void AddDelivery(this WebApplicationBuilder builder)
    {
    }

    public static void MapDelivery(this WebApplication app)
    {
    }
}
