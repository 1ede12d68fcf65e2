using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.Messenger;

/// <summary>Sign-in with Facebook: gives page and token, instead of copying them from the console.</summary>
internal sealed class MessengerLogin : ILogin<MessengerSettings>
{
    private const string Scope = "pages_show_list,pages_messaging,pages_manage_metadata,pages_read_engagement,pages_read_user_content,pages_manage_engagement";

    public Uri Begin(MessengerSettings settings, LoginRequest request) => Flow(settings).Begin(request, Scope);

    public async Task<LoginOutcome> FinishAsync(LoginAnswer answer, MessengerSettings settings, ProviderContext context, CancellationToken ct)
    {
        var (pages, refused) = await Flow(settings).PagesAsync(answer, context, ct);
        if (refused is not null) return refused;

        var wanted = settings.PageId.Length == 0 ? pages : [.. pages.Where(page => page.Id("id") == settings.PageId)];
        return wanted switch
        {
            [var page] when page.Text("access_token") is { } token => new LoginOutcome.Connected(new JsonObject { ["pageId"] = page.Id("id"), ["pageAccessToken"] = token }),
            [] or [_] => new LoginOutcome.Refused("You did not allow this page, or do not run it. Sign in again and choose the page."),
            _ => new LoginOutcome.Refused($"Which page? Enter its id and sign in again: {string.Join(", ", wanted.Take(10).Select(p => $"{p.Text("name")} ({p.Id("id")})"))}."),
        };
    }

    private static FacebookLogin Flow(MessengerSettings settings) =>
        new(settings.ApiBaseUrl, settings.ApiVersion, settings.AppId, settings.AppSecret, MessengerChannel.Limits.CallTimeout);
}
