using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Braid.Simulator.Telegram;

/// <summary>Reads parse_mode HTML and MarkdownV2 as strictly as the real server: text with entities, or "can't parse entities".</summary>
internal static partial class TelegramMarkup
{
    private const string Reserved = "_*[]()~`>#+-=|{}.!";

    public static (string Text, JsonArray Entities) Parse(string text, string? mode) => mode?.ToLowerInvariant() switch
    {
        null or "" => (text, []),
        "html" => Html(text),
        "markdownv2" => MarkdownV2(text),
        "markdown" => (text, []),
        _ => throw TelegramAnswer.Bad("unsupported parse_mode"),
    };

    private static (string, JsonArray) Html(string html)
    {
        var text = new StringBuilder();
        var entities = new JsonArray();
        var open = new Stack<(string Tag, int At, string? Href)>();
        var at = 0;
        while (at < html.Length)
        {
            if (html[at] != '<')
            {
                var next = html.IndexOf('<', at);
                next = next < 0 ? html.Length : next;
                text.Append(WebUtility.HtmlDecode(html[at..next]));
                at = next;
                continue;
            }

            var tag = Tag().Match(html, at);
            if (!tag.Success)
            {
                throw CantParse($"Unclosed start tag at byte offset {Offset(html, at)}");
            }

            var name = tag.Groups["name"].Value.ToLowerInvariant();
            if (Kind(name) is not { } kind)
            {
                throw CantParse($"Unsupported start tag \"{name}\" at byte offset {Offset(html, at)}");
            }

            if (tag.Groups["close"].Length == 0)
            {
                open.Push((name, text.Length, tag.Groups["href"] is { Success: true } href ? WebUtility.HtmlDecode(href.Value) : null));
            }
            else if (open.Count == 0)
            {
                throw CantParse($"Unexpected end tag at byte offset {Offset(html, at)}");
            }
            else if (open.Pop() is var start && start.Tag != name)
            {
                throw CantParse($"Unmatched end tag at byte offset {Offset(html, at)}, expected \"</{start.Tag}>\", found \"</{name}>\"");
            }
            else
            {
                entities.Add(Entity(kind, start.At, text.Length - start.At, start.Href));
            }

            at = tag.Index + tag.Length;
        }

        return open.Count == 0
            ? (text.ToString(), entities)
            : throw CantParse($"Can't find end tag corresponding to start tag \"{open.Peek().Tag}\"");
    }

    private static (string, JsonArray) MarkdownV2(string markdown)
    {
        var text = new StringBuilder();
        var entities = new JsonArray();
        var open = new Stack<(string Mark, int At, int Source)>();
        for (var at = 0; at < markdown.Length; at++)
        {
            var c = markdown[at];
            if (c == '\\' && at + 1 < markdown.Length && markdown[at + 1] < 128)
            {
                text.Append(markdown[++at]);
                continue;
            }

            var mark = c == '_' && at + 1 < markdown.Length && markdown[at + 1] == '_' ? "__"
                : c == '|' && at + 1 < markdown.Length && markdown[at + 1] == '|' ? "||"
                : c is '*' or '_' or '~' or '`' ? c.ToString() : null;
            if (mark is not null)
            {
                at += mark.Length - 1;
                if (open.Count > 0 && open.Peek().Mark == mark)
                {
                    var start = open.Pop();
                    entities.Add(Entity(MarkKind(mark), start.At, text.Length - start.At, null));
                }
                else
                {
                    open.Push((mark, text.Length, at));
                }
            }
            else if (c == '[' && Link().Match(markdown, at) is { Success: true } link)
            {
                entities.Add(Entity("text_link", text.Length, link.Groups[1].Length, link.Groups[2].Value));
                text.Append(link.Groups[1].Value);
                at += link.Length - 1;
            }
            else if (Reserved.Contains(c, StringComparison.Ordinal) && !(c == '>' && (at == 0 || markdown[at - 1] == '\n')))
            {
                throw CantParse($"Character '{c}' is reserved and must be escaped with the preceding '\\'");
            }
            else
            {
                text.Append(c);
            }
        }

        return open.Count == 0
            ? (text.ToString(), entities)
            : throw CantParse($"Can't find end of the entity starting at byte offset {Offset(markdown, open.Peek().Source)}");
    }

    private static JsonObject Entity(string kind, int offset, int length, string? url)
    {
        var entity = new JsonObject { ["type"] = kind == "link" ? "text_link" : kind, ["offset"] = offset, ["length"] = length };
        if (url is not null)
        {
            entity["url"] = url;
        }

        return entity;
    }

    private static string? Kind(string tag) => tag switch
    {
        "b" or "strong" => "bold",
        "i" or "em" => "italic",
        "u" or "ins" => "underline",
        "s" or "strike" or "del" => "strikethrough",
        "tg-spoiler" or "span" => "spoiler",
        "a" => "link",
        "code" => "code",
        "pre" => "pre",
        "blockquote" => "blockquote",
        _ => null,
    };

    private static string MarkKind(string mark) => mark switch
    {
        "*" => "bold",
        "_" => "italic",
        "__" => "underline",
        "~" => "strikethrough",
        "||" => "spoiler",
        _ => "code",
    };

    private static Http.RefusalException CantParse(string why) => TelegramAnswer.Bad("can't parse entities: " + why);

    private static int Offset(string text, int chars) => Encoding.UTF8.GetByteCount(text.AsSpan(0, chars));

    [GeneratedRegex("""\G<(?<close>/?)(?<name>[A-Za-z][A-Za-z0-9-]*)(?:\s+href="(?<href>[^"]*)"|\s+[a-z-]+(?:="[^"]*")?)*\s*>""")]
    private static partial Regex Tag();

    [GeneratedRegex("""\G\[([^\]\n]+)\]\(([^)\s]+)\)""")]
    private static partial Regex Link();
}
