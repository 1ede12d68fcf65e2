using Braid.Platform;
using Braid.Customers;

namespace Braid.Conversations;

internal static class ConversationsModule
{
    public static void AddConversations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<ConversationAccess>();
        services.AddScoped<ConversationItems>();
        services.AddScoped<ListConversations>();
        services.AddScoped<ReadConversation>();
        services.AddScoped<MessageViews>();
        services.AddScoped<ListMessages>();
        services.AddScoped<ReadHabits>();
        services.AddScoped<ListActivities>();
        services.AddSingleton<IHtmlSanitizer, MailSanitizer>();
        services.AddScoped<ShowHtml>();
        services.AddScoped<ChangeConversation>();
        services.AddScoped<AssignConversation>();
        services.AddScoped<ResolveConversation>();
        services.AddScoped<ReopenConversation>();
        services.AddScoped<SnoozeConversation>();
        services.AddScoped<MarkRead>();
        services.AddScoped<ICustomerConversations, CountConversations>();
        services.AddScoped<IPersonConversations, PlaceConversations>();
        services.AddSingleton<WakeSnoozed>();
        services.AddBackground<WakeSnoozed>();
    }

    public static void MapConversations(this WebApplication app)
    {
        app.MapConversationEndpoints();
        app.MapCustomerHistoryEndpoints();
    }
}
