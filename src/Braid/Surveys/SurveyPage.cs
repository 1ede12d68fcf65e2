using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Braid.Surveys;

/// <summary>
/// The page behind the link: five numbers and room for words, in the visitor's language, without a script. Opening it rates nothing, because mail
/// filters open links. The answer may be changed while the survey is open.
/// </summary>
internal sealed class SurveyPage(BraidDb db, TimeProvider clock)
{
    private const int LongestComment = 2000;
    private const int MostBytes = 32 * 1024;
    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> Words = new(ReadWords);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/survey/{token}", (string token, SurveyPage page, HttpContext context) => page.ShowAsync(token, context)).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
        routes.MapPost("/survey/{token}", (string token, SurveyPage page, HttpContext context) => page.AnswerAsync(token, context)).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    private async Task ShowAsync(string token, HttpContext context) => await WriteAsync(context, await FindAsync(token, context.RequestAborted) is { } survey ? await FormAsync(survey, context) : Gone(context));

    private async Task AnswerAsync(string token, HttpContext context)
    {
        var ct = context.RequestAborted;
        if (await FindAsync(token, ct) is not { } survey) { await WriteAsync(context, Gone(context)); return; }
        var form = context.Request is { ContentLength: <= MostBytes, HasFormContentType: true } ? await context.Request.ReadFormAsync(ct) : FormCollection.Empty;
        if (!int.TryParse(form["rating"], NumberStyles.None, CultureInfo.InvariantCulture, out var rating) || rating is < 1 or > 5)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, await FormAsync(survey, context, "choose"));
            return;
        }

        var comment = form["comment"].ToString().Replace("\0", "", StringComparison.Ordinal).Trim();
        await db.InTransactionAsync(async inner =>
        {
            var first = survey.AnsweredAt is null;
            (survey.Rating, survey.Comment, survey.AnsweredAt) = (rating, comment.Length == 0 ? null : comment.Length > LongestComment ? comment[..LongestComment] : comment, clock.GetUtcNow());
            if (first) { db.Add(new Activity { WorkspaceId = survey.WorkspaceId, ConversationId = survey.ConversationId, Kind = "survey.answered", At = clock.GetUtcNow(), ActorKind = AuthorKind.Customer, ActorId = survey.OriginId.Value, Data = $$"""{"rating":{{rating}}}""" }); }
            db.Events.Add(new SurveyAnswered(survey));
            await db.SaveChangesAsync(inner);
        }, ct);
        await WriteAsync(context, Page(context, $"<h1>{Say(context, "thanks")}</h1><p>{Say(context, "thanksText")}</p>"));
    }

    private async Task<Survey?> FindAsync(string token, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Survey.Open;
        return token.Length > 60 ? null : await db.Set<Survey>().FirstOrDefaultAsync(s => s.Token == token && s.CreatedAt >= since, ct);
    }

    /// <param name="wrong">The word for what has to be mended.</param>
    private async Task<string> FormAsync(Survey survey, HttpContext context, string? wrong = null)
    {
        var name = WebUtility.HtmlEncode(await db.Set<Workspace>().Where(w => w.Id == survey.WorkspaceId).Select(w => w.Name).FirstAsync(context.RequestAborted));
        var alert = wrong is null ? "" : $"<p class=\"wrong\" role=\"alert\">{Say(context, wrong)}</p>";
        var choices = string.Concat(Enumerable.Range(1, 5).Select(n => $"<label><input type=\"radio\" name=\"rating\" value=\"{n}\" required{(survey.Rating == n ? " checked" : "")}><span>{n}</span><small>{(n is 1 or 5 ? Say(context, n == 1 ? "worst" : "best") : "&nbsp;")}</small></label>"));
        return Page(context, $"<p class=\"who\">{name}</p>{alert}<form method=\"post\"><fieldset><legend><h1>{Say(context, "question")}</h1></legend><div class=\"five\">{choices}</div></fieldset>"
            + $"<label class=\"words\">{Say(context, "comment")}<textarea name=\"comment\" rows=\"4\" maxlength=\"{LongestComment}\" dir=\"auto\">{WebUtility.HtmlEncode(survey.Comment)}</textarea></label><button>{Say(context, "send")}</button></form>");
    }

    private static string Gone(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Page(context, $"<h1>{Say(context, "gone")}</h1><p>{Say(context, "goneText")}</p>");
    }

    private static string Page(HttpContext context, string body)
    {
        var (language, nonce) = (Language(context), Convert.ToHexString(RandomNumberGenerator.GetBytes(12)));
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return $"<!doctype html><html lang=\"{language}\" dir=\"{(language == "ar" ? "rtl" : "ltr")}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{Say(context, "title")}</title><style nonce=\"{nonce}\">{Css}</style></head><body><main>{body}</main></body></html>";
    }

    private const string Css =
        ":root{color-scheme:light dark;--ink:#16222b;--soft:#53626d;--line:#c9d2d8;--ground:#f4f6f7;--card:#fff;--brand:#0e5366;--on:#fff}@media(prefers-color-scheme:dark){:root{--ink:#e7edf1;--soft:#a5b3bd;--line:#3b4952;--ground:#11181d;--card:#1a232a;--brand:#6fc1d6;--on:#0b1a20}}"
        + "*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;padding:16px}main{width:100%;max-width:460px;background:var(--card);border-radius:16px;padding:28px;box-shadow:0 1px 3px rgba(0,0,0,.12)}"
        + "h1{font-size:21px;line-height:1.3;margin:0}p{margin:8px 0 0}.wrong{margin:0 0 12px;font-weight:600}.who{margin:0 0 8px;color:var(--soft);font-size:14px}fieldset{border:0;margin:0;padding:0}legend{padding:0}.five{display:grid;grid-template-columns:repeat(5,1fr);gap:8px;margin:20px 0}"
        + ".five label{display:block;text-align:center;position:relative}.five input{position:absolute;opacity:0;inset:0;width:100%;height:48px;margin:0;cursor:pointer}.five span{display:grid;place-items:center;height:48px;border:1px solid var(--line);border-radius:12px;font-weight:600;font-size:18px}.five small{display:block;margin-top:4px;color:var(--soft);font-size:12px;line-height:1.3}"
        + ".five input:checked+span{background:var(--brand);border-color:var(--brand);color:var(--on)}.five input:focus-visible+span{outline:3px solid var(--brand);outline-offset:2px}.words{display:block;font-size:14px;color:var(--soft)}textarea{display:block;width:100%;margin-top:6px;padding:10px 12px;border:1px solid var(--line);border-radius:10px;background:transparent;color:var(--ink);font:inherit}"
        + "button{margin-top:16px;width:100%;min-height:48px;border:0;border-radius:12px;background:var(--brand);color:var(--on);font:600 16px/1 system-ui,sans-serif;cursor:pointer}button:focus-visible,textarea:focus-visible{outline:3px solid var(--brand);outline-offset:2px}";

    private static string Say(HttpContext context, string word) => WebUtility.HtmlEncode(Words.Value[Language(context)][word]);

    /// <summary>The first of the browser's languages that we speak.</summary>
    private static string Language(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => l.Value.ToString().Split('-')[0].ToLowerInvariant()).FirstOrDefault(Words.Value.ContainsKey) ?? "en";

    private static Task WriteAsync(HttpContext context, string page)
    {
        context.Response.Headers[HeaderNames.ContentType] = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static Dictionary<string, Dictionary<string, string>> ReadWords()
    {
        var here = Assembly.GetExecutingAssembly();
        return here.GetManifestResourceNames().Where(n => n.Contains(".Surveys.words.", StringComparison.Ordinal)).ToDictionary(n => n.Split('.')[^2], n =>
        {
            using var stream = here.GetManifestResourceStream(n)!;
            return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
        });
    }
}
