using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;

namespace Braid.Channels.WeChat;

/// <summary>The templates chosen in the account's console, for writing when the 48 hours are over. Known by their id.</summary>
internal sealed partial class WeChatTemplates : ITemplates<WeChatSettings>
{
    public async Task<IReadOnlyList<TemplateInfo>> ListAsync(WeChatSettings settings, ProviderContext context, CancellationToken ct)
    {
        try
        {
            var answer = await new WeChatApi(settings, context).GetAsync("cgi-bin/template/get_all_private_template", ct);
            if (answer is ProviderAnswer.Answered { Ok: true } yes && yes.Json.Get("template_list").Exists())
            {
                return [.. yes.Json.Items("template_list").Select(Template).OfType<TemplateInfo>()];
            }

            throw new TemplatesUnavailableException(answer is ProviderAnswer.Answered no
                ? $"WeChat does not list the templates ({WeChatApi.Code(no.Json) ?? no.Status}). The account must be a verified service account."
                : "WeChat can't be reached. Try again in a minute.");
        }
        catch (TokenRefusedException no)
        {
            throw new TemplatesUnavailableException($"{no.Message} {no.Fix}");
        }
        catch (TokenUnavailableException away)
        {
            throw new TemplatesUnavailableException(away.Message);
        }
    }

    private static TemplateInfo? Template(JsonElement json)
    {
        if (json.Id("template_id") is not { } id || json.Text("content") is not { } content) { return null; }
        return new TemplateInfo(
            id, "zh_CN", json.Text("title") ?? "template", "approved", Blank().Replace(content, "{{$1}}"), json.Text("title"),
            [.. Blank().Matches(content).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal)], [])
        {
            Named = true,
        };
    }

    [GeneratedRegex(@"\{\{(\w+)\.DATA\}\}")]
    private static partial Regex Blank();
}
