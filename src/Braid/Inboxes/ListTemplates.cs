using Braid.Accounts;
using Braid.Channels;
using Braid.Platform.Data;
using Braid.Platform.Http;

namespace Braid.Inboxes;

/// <summary>The templates that can be sent through an inbox just now, as its provider tells.</summary>
internal sealed class ListTemplates(InboxAccess access, IInboxDirectory directory, ProviderContexts contexts)
{
    public sealed record TemplateView(string Name, string Language, string Category, string Body, string? Header, int Parameters, int HeaderParameters);

    public async Task<ItemsView<TemplateView>> RunAsync(Id<Inbox> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.Reply);
        await access.RequireAsync(id, by, ct);
        var inbox = await directory.FindAsync(id, ct) ?? throw new RefusalException("inbox_unusable", "This inbox's settings can't be used. Ask an admin to look at it.");
        try
        {
            var templates = await inbox.Channel.ListTemplatesAsync(inbox.Settings, contexts.Of(inbox), ct);
            return new([.. templates.Where(t => t.Status == "approved")
                .Select(t => new TemplateView(t.Name, t.Language, t.Category, t.Body, t.Header, t.BodyParameters.Count, t.HeaderParameters.Count))]);
        }
        catch (TemplatesUnavailableException e)
        {
            throw new RefusalException("templates_unavailable", e.Message, StatusCodes.Status502BadGateway);
        }
        catch (HttpRequestException e)
        {
            throw new RefusalException("templates_unavailable", $"The provider can't be reached: {e.Message}", StatusCodes.Status502BadGateway);
        }
    }
}
