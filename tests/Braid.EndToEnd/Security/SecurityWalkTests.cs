using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Secrets;
using Braid.Testing;

namespace Braid.EndToEnd.Security;

/// <summary>
/// Walks every route of the API's own description: nobody without a sign-in gets in, and an owner of another workspace gets nothing of
/// this one by its ids. A route that is not listed here fails, so that none is forgotten.
/// </summary>
public sealed partial class SecurityWalkTests
{
    private static readonly string[] Open = ["GET /setup", "POST /setup", "POST /session", "POST /session/demo", "GET /invites/{token}", "POST /invites/{token}"];

    [Fact]
    public async Task No_route_answers_who_is_not_signed_in()
    {
        await using var shop = await Shop.StartAsync();
        var first = await Property.FillAsync(shop);
        using var nobody = shop.Braid.Client(null);
        using var impostor = shop.Braid.Client("braid_made_up_token_0123456789abcdef");
        foreach (var (method, path) in await RoutesAsync(shop))
        {
            if (Open.Contains($"{method} {path}")) { continue; }
            foreach (var client in (HttpClient[])[nobody, impostor])
            {
                var (status, text) = await CallAsync(client, method, first.In(path), first.Body(method, path));
                status.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}: {text}");
                first.Leaks(text).ShouldBeNull($"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task The_owner_of_another_workspace_gets_nothing_by_our_ids()
    {
        await using var shop = await Shop.StartAsync();
        var first = await Property.FillAsync(shop);
        using var stranger = await StrangerAsync(shop.Braid);
        foreach (var (method, path) in (await RoutesAsync(shop)).OrderBy(r => r.Path == "/session" && r.Method == "DELETE"))
        {
            if (Open.Contains($"{method} {path}")) { continue; }
            var (status, text) = await CallAsync(stranger, method, first.In(path) + first.Query(method, path), first.Body(method, path));
            ((int)status).ShouldBeLessThan(500, $"{method} {path}: {text}");
            // What was asked by name may be named as not found.
            first.Leaks(text, except: path == "/suggestions/decide" ? first["suggestion"] : "").ShouldBeNull($"{method} {path} answered {text}");
            // A kind of channel belongs to nobody, and another system's id to whoever uses it first, each in their workspace.
            if (path.Contains('{', StringComparison.Ordinal) && !path.StartsWith("/channels/", StringComparison.Ordinal) && path != "/customers/by/{system}/{externalId}") { status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Forbidden); }
        }

        // Nothing of ours was changed by all that knocking.
        foreach (var (before, after) in first.Look.Split('\n').Zip((await first.LookAsync()).Split('\n'))) { after.ShouldBe(before); }
    }

    [Fact]
    public async Task Our_ids_are_worth_nothing_inside_a_strangers_own_things()
    {
        await using var shop = await Shop.StartAsync();
        var first = await Property.FillAsync(shop);
        using var stranger = await StrangerAsync(shop.Braid);
        var inbox = await stranger.PostAsync("/inboxes", new { channel = "echo", name = "Theirs", settings = new { secret = "an-echo-secret" } }, HttpStatusCode.Created);
        using (var http = new HttpClient())
        using (var sent = await http.SendAsync(Shop.EchoRequest(inbox, """{"id":"s1","from":"eve","text":"mine"}"""), TestContext.Current.CancellationToken)) { sent.StatusCode.ShouldBe(HttpStatusCode.OK); }
        var own = await EventuallyAsync(async () => (await stranger.ReadAsync("/conversations")).List() is [var one, ..] ? one : default);
        var ownThread = (await stranger.ReadAsync($"/conversations/{own.Id()}")).List("threads")[0].Id();

        (string Path, object Body)[] attempts =
        [
            ("/inboxes", new { channel = "echo", name = "Spy", settings = new { secret = "an-echo-secret" }, restricted = true, memberIds = new[] { first["agent"] } }),
            ($"/conversations/{own.Id()}/assign", new { agentId = first["agent"] }),
            ($"/conversations/{own.Id()}/messages", new { text = "x", channelThreadId = first["thread"] }),
            ($"/conversations/{own.Id()}/messages", new { text = "x", inboxId = first["inbox"] }),
            ($"/conversations/{own.Id()}/messages", new { text = "x", channelThreadId = ownThread, attachments = new[] { first["file"] } }),
            ($"/conversations/{own.Id()}/messages", new { text = "x", channelThreadId = ownThread, replyTo = first["message"] }),
            ($"/customers/{own.GetProperty("customer").Id()}/merge", new { with = first["customer"] }),
        ];
        foreach (var (path, body) in attempts)
        {
            var (status, text) = await CallAsync(stranger, "POST", path, body);
            ((int)status).ShouldBeInRange(400, 499, $"{path} {JsonSerializer.Serialize(body)}: {text}");
            first.Leaks(text, except: JsonSerializer.Serialize(body)).ShouldBeNull(path);
        }

        // The workspace a caller may name is one of theirs.
        stranger.DefaultRequestHeaders.Add("Braid-Workspace", first["workspace"]);
        var (named, answer) = await CallAsync(stranger, "GET", "/conversations", null);
        first.Leaks(answer).ShouldBeNull();
        named.ShouldNotBe(HttpStatusCode.InternalServerError);
    }

    private static async Task<IReadOnlyList<(string Method, string Path)>> RoutesAsync(Shop shop)
    {
        using var anybody = shop.Braid.Client(null);
        var document = await anybody.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);
        var routes = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => (Method: m.Name.ToUpperInvariant(), Path: Trailing().Replace(p.Name, ""))))
            .ToList();
        routes.Count.ShouldBeGreaterThan(50);
        routes.ShouldAllBe(r => r.Path.StartsWith("/api/v1/", StringComparison.Ordinal));
        return [.. routes.Select(r => (r.Method, r.Path["/api/v1".Length..]))];
    }

    private static async Task<(HttpStatusCode Status, string Text)> CallAsync(HttpClient client, string method, string path, object? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path) { Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body)) };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpClient> StrangerAsync(TestBraid braid)
    {
        var token = "braid_" + Guid.NewGuid().ToString("n");
        var now = TimeProvider.System.GetUtcNow();
        await braid.WithDbAsync(async db =>
        {
            var workspace = new Workspace { Name = "Strangers" };
            var user = new User { Email = "eve@strangers.example", PasswordHash = "none", CreatedAt = now };
            var agent = new Agent { WorkspaceId = workspace.Id, UserId = user.Id, Name = "Eve", Email = "eve@strangers.example", Role = Role.Owner, State = AgentState.Active, CreatedAt = now };
            db.AddRange(workspace, user, agent, new ApiToken { WorkspaceId = workspace.Id, AgentId = agent.Id, Name = "t", SecretHash = RandomSecret.Hash(token), CreatedAt = now });
            return await db.SaveChangesAsync();
        });
        return braid.Client(token);
    }

    private static async Task<JsonElement> EventuallyAsync(Func<Task<JsonElement>> look)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        JsonElement seen;
        while ((seen = await look()).ValueKind == JsonValueKind.Undefined) { await Task.Delay(20, limit.Token); }
        return seen;
    }

    [GeneratedRegex("/$")]
    private static partial Regex Trailing();
}
