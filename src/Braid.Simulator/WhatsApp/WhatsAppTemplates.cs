using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Braid.Simulator.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>Template management, and checking a template message against its template. Called under the number's gate.</summary>
internal sealed partial class WhatsAppTemplates(WhatsAppNumber number)
{
    public Answer Call(string method, Call call)
    {
        switch (method)
        {
            case "GET":
                var wanted = number.Templates.Where(t =>
                    (call.Text("name") is not { } name || t.Name == name) && (call.Text("status") is not { } status || t.Status == status));
                return GraphAnswer.Ok(new JsonObject
                {
                    ["data"] = new JsonArray([.. wanted.Select(Describe)]),
                    ["paging"] = new JsonObject { ["cursors"] = new JsonObject { ["before"] = "MAZDZD", ["after"] = "MjQZD" } },
                });
            case "POST":
                return Create(call);
            default:
                return number.Templates.RemoveAll(t => t.Name == call.Text("name")) > 0 ? GraphAnswer.Success() : throw GraphAnswer.Invalid("Template not found.");
        }
    }

    /// <summary>The text the person will read.</summary>
    public string Render(JsonObject template)
    {
        var name = template.Text("name") ?? throw GraphAnswer.Invalid("The parameter template['name'] is required.");
        var language = (template["language"] as JsonObject)?.Text("code") ?? throw GraphAnswer.Invalid("The parameter template['language']['code'] is required.");
        var found = number.Templates.Find(t => t.Name == name && t.Language == language)
            ?? throw GraphAnswer.Refuse(132001, "Template name does not exist in the translation", $"template name ({name}) does not exist in {language}", 404);
        if (found.Status != "APPROVED")
        {
            throw GraphAnswer.Refuse(132015, "Template is Paused", "Template is paused due to low quality so it cannot be sent in a template message.");
        }

        var header = Fill(template, "header", found.Header ?? "", found.HeaderParameters);
        var body = Fill(template, "body", found.Body, found.BodyParameters);
        return header.Length > 0 ? header + "\n" + body : body;
    }

    private static string Fill(JsonObject template, string part, string text, IReadOnlyList<string> names)
    {
        var given = template.Objects("components").Where(c => string.Equals(c.Text("type"), part, StringComparison.OrdinalIgnoreCase))
            .SelectMany(c => c.Objects("parameters")).ToList();
        if (given.Count != names.Count)
        {
            throw GraphAnswer.Refuse(
                132000, "Number of parameters does not match the expected number of params",
                $"{part}: number of localizable_params ({given.Count}) does not match the expected number of params ({names.Count})");
        }

        var values = names.Select((name, i) =>
        {
            var parameter = given.Find(p => p.Text("parameter_name") == name) ?? given[i];
            return parameter.Text("text") ?? "";
        }).ToList();
        return values.Exists(v => v.Length == 0)
            ? throw GraphAnswer.Refuse(131008, "Required parameter is missing", $"Parameter of type text is missing text value in {part}")
            : Placeholders.Fill(text, values);
    }

    private Answer Create(Call call)
    {
        if (call.Text("name") is not { } name || !Name().IsMatch(name))
        {
            throw GraphAnswer.Invalid("Message template name can only have lowercase letters and underscores.");
        }

        var body = call.Parameters.Objects("components").FirstOrDefault(c => c.Text("type") == "BODY")?.Text("text")
            ?? throw GraphAnswer.Invalid("A template needs a BODY component.");
        number.AddTemplate(new WhatsAppTemplate(name, call.Text("language") ?? "en", body, call.Text("category") ?? "UTILITY", null, "PENDING"));
        var made = number.Templates[^1];
        return GraphAnswer.Ok(new JsonObject { ["id"] = made.Id, ["status"] = made.Status, ["category"] = made.Category });
    }

    private static JsonObject Describe(WhatsAppTemplate template)
    {
        var components = new JsonArray();
        if (template.Header is not null)
        {
            components.Add(new JsonObject { ["type"] = "HEADER", ["format"] = "TEXT", ["text"] = template.Header });
        }

        components.Add(new JsonObject { ["type"] = "BODY", ["text"] = template.Body });
        return new JsonObject
        {
            ["name"] = template.Name, ["parameter_format"] = template.IsNamed ? "NAMED" : "POSITIONAL", ["components"] = components,
            ["language"] = template.Language, ["status"] = template.Status, ["category"] = template.Category, ["id"] = template.Id,
        };
    }

    [GeneratedRegex("^[a-z0-9_]{1,512}$")]
    private static partial Regex Name();
}
