namespace Braid.Conversations;

internal static class ConversationsModule
{
    public static void AddConversations(this WebApplicationBuilder builder)
    {
    }

    public static void MapConversations(this WebApplication app)
    {
    }
}
