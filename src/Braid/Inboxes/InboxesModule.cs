namespace Braid.Inboxes;

internal static class InboxesModule
{
    public static void AddInboxes(this WebApplicationBuilder builder)
    {
    }

    public static void MapInboxes(this WebApplication app)
    {
    }
}
