using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>Lists the account's approved templates.</summary>
internal sealed partial class WhatsAppTemplates : ITemplates<WhatsAppSettings>
{
    private const int MostPages = 20;

    public async Task<IReadOnlyList<TemplateInfo>> ListAsync(WhatsAppSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(settings.WabaId))
        {
            throw new TemplatesUnavailableException("Enter the WhatsApp Business Account id in the inbox's settings to list its templates.");
        }

        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var found = new List<TemplateInfo>();
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var path = $"{settings.WabaId}/message_templates?status=APPROVED&limit=100" + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            var answer = await api.GetAsync(path, ct);
            if (answer is not ProviderAnswer.Answered { Ok: true } list)
            {
                var (problem, fix) = WhatsAppErrors.Trouble(answer);
                throw new TemplatesUnavailableException($"{problem} {fix}");
            }

            found.AddRange(list.Json.Items("data").Where(t => t.Text("status") is null or "APPROVED").Select(Info).OfType<TemplateInfo>());
            var paging = list.Json.Get("paging");
            after = paging.Get("next").Exists() ? paging.Get("cursors").Text("after") : null;
            if (after is null) break;
        }

        return found;
    }

    private static TemplateInfo? Info(JsonElement template)
    {
        if (template.Text("name") is not { } name || template.Text("language") is not { } language) return null;

        var body = Component(template, "BODY").Text("text") ?? "";
        var header = Component(template, "HEADER");
        var title = header.Text("text");
        return new(
            name, language, (template.Text("category") ?? "").ToLowerInvariant(), (template.Text("status") ?? "approved").ToLowerInvariant(),
            body, title, Blanks(body), Blanks(title ?? ""))
        {
            Named = template.Text("parameter_format") == "NAMED",
            HeaderFormat = header.IsObject() ? (header.Text("format") ?? "text").ToLowerInvariant() : null,
        };
    }

    private static JsonElement Component(JsonElement template, string type) => template.Items("components").FirstOrDefault(c => c.Text("type") == type);

    private static List<string> Blanks(string text) => [.. Blank().Matches(text).Select(m => m.Groups[1].Value).Distinct()];

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")]
    private static partial Regex Blank();
}
