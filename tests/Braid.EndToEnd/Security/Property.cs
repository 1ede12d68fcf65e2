using System.Net.Http.Headers;
using System.Text.Json;
using Braid.Simulator;

namespace Braid.EndToEnd.Security;

/// <summary>One of everything in the first workspace, its ids by name, and a well-formed body for every route that takes one.</summary>
internal sealed class Property
{
    private readonly Dictionary<string, string> ids = [];
    private readonly Shop shop;

    private Property(Shop shop) => this.shop = shop;

    public string Look { get; private set; } = "";

    public string this[string name] => ids[name];

    public static async Task<Property> FillAsync(Shop shop)
    {
        var (property, desk) = (new Property(shop), shop.Desk);
        var ids = property.ids;
        await shop.WhatsAppAsync();
        ids["inbox"] = (await desk.GetAsync("/inboxes")).List()[0].Id();
        var sara = shop.World.WhatsApp.Person("966512300041", "Sara Secretive");
        var said = await sara.SendsAsync("image", SimulatedFile.Photo(), "The secret of the house");
        ids["external"] = said.Id;
        var conversation = await desk.ConversationSayingAsync("The secret of the house");
        (ids["conversation"], ids["customer"]) = (conversation.Id(), conversation.GetProperty("customer").Id());
        var message = await desk.MessageAsync(ids["conversation"], m => m.List("attachments").Any(a => a.Text("state") == "ready"), "the picture");
        ids["message"] = message.Id();
        ids["thread"] = message.Text("threadId")!;
        ids["file"] = message.List("attachments")[0].Text("url")!.Split('/', '?').First(p => Guid.TryParse(p, out _));
        ids["delivery"] = (await desk.FindsAsync("/deliveries", d => d.Text("state") == "applied", "its delivery")).Id();
        var customer = await desk.PostAsync($"/customers/{ids["customer"]}/keys", new { kind = "email", value = "sara@secret.example" });
        ids["key"] = customer.List("keys").First(k => k.Text("kind") == "email").Id();
        ids["identity"] = customer.List("identities")[0].Id();
        ids["note"] = (await desk.PostAsync($"/customers/{ids["customer"]}/notes", new { text = "Pays in gold" }, System.Net.HttpStatusCode.Created)).Id();
        ids["other"] = (await desk.PostAsync("/customers", new { name = "Sara Discreet" }, System.Net.HttpStatusCode.Created)).Id();
        ids["twin"] = (await desk.PostAsync("/customers", new { name = "Sara Twofold" }, System.Net.HttpStatusCode.Created)).Id();
        await desk.PostAsync($"/customers/{ids["customer"]}/merge", new { with = ids["twin"] });
        ids["merge"] = (await desk.GetAsync($"/customers/{ids["customer"]}/merges")).List()[0].Id();
        foreach (var name in (string[])["other", "twin"]) { await desk.PatchAsync($"/customers/{ids[name]}", new { name = "Sara Alike", company = "Gold & Co" }); }
        await desk.PatchAsync($"/customers/{(await desk.PostAsync("/customers", new { name = "Sara Alike" }, System.Net.HttpStatusCode.Created)).Id()}", new { company = "Gold & Co" });
        ids["suggestion"] = (await desk.FindsAsync("/suggestions", _ => true, "the suggestion")).Id();
        ids["attribute"] = (await desk.PostAsync("/attributes", new { key = "gold", label = "Gold of the house" }, System.Net.HttpStatusCode.Created)).Id();
        ids["segment"] = (await desk.PostAsync("/segments", new { name = "Those with gold", rule = new { match = "all", conditions = new[] { new { field = "name", @is = "contains", value = "sara" } } } }, System.Net.HttpStatusCode.Created)).Id();
        await desk.PostAsync($"/customers/{ids["customer"]}/consents", new { purpose = "gold", given = true, source = "The secret of the house" });
        ids["import"] = await ImportAsync(shop);
        ids["integration"] = (await desk.PostAsync("/integrations", new { kind = "rest", settings = new { baseUrl = "http://127.0.0.1:9", listPath = "/secrets", readPath = "/secrets/{id}" } }, System.Net.HttpStatusCode.Created)).Id();
        ids["team"] = (await desk.PostAsync("/teams", new { name = "Gold team" }, System.Net.HttpStatusCode.Created)).Id();
        ids["skill"] = (await desk.PostAsync("/skills", new { name = "Gold weighing" }, System.Net.HttpStatusCode.Created)).Id();
        ids["calendar"] = (await desk.PostAsync("/calendars", new { name = "Golden hours", timeZone = "UTC", hours = Array.Empty<object>() }, System.Net.HttpStatusCode.Created)).Id();
        ids["reply"] = (await desk.PostAsync("/saved-replies", new { name = "Gold", text = "The secret of the house" }, System.Net.HttpStatusCode.Created)).Id();
        ids["ticket"] = (await desk.PostAsync("/tickets", new { conversationId = ids["conversation"], text = "Pays in gold" }, System.Net.HttpStatusCode.Created)).Id();
        await desk.Api.CallAsync(HttpMethod.Put, "/tickets/rules", new { items = new[] { new { inboxId = ids["inbox"], type = "task", priority = "low", teamId = ids["team"] } } });
        await desk.Api.CallAsync(HttpMethod.Put, "/surveys/settings", new { on = true, question = "The secret of the house?", delayMinutes = 5 });
        ids["agent"] = (await desk.GetAsync("/agents")).List()[0].Id();
        ids["leave"] = (await desk.PostAsync($"/agents/{ids["agent"]}/leaves", new { from = TimeProvider.System.GetUtcNow().AddDays(1), until = TimeProvider.System.GetUtcNow().AddDays(2) })).List("leaves")[0].Id();
        await desk.Api.CallAsync(HttpMethod.Put, "/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { teamId = ids["team"] } });
        await desk.PostAsync("/routing/publish");
        await desk.Api.CallAsync(HttpMethod.Put, "/routing/draft", new { rules = Array.Empty<object>(), otherwise = new { teamId = ids["team"] }, graceMinutes = 8 });
        ids["token"] = (await desk.GetAsync("/tokens")).List()[0].Id();
        ids["workspace"] = (await desk.GetAsync("/session")).GetProperty("workspace").Id();
        property.Look = await property.LookAsync();
        return property;
    }

    /// <summary>All that a knock at the wrong door could have changed.</summary>
    public async Task<string> LookAsync()
    {
        var parts = new List<string>();
        foreach (var path in (string[])[$"/conversations/{this["conversation"]}", $"/conversations/{this["conversation"]}/messages", $"/customers/{this["customer"]}", $"/customers/{this["customer"]}/notes", $"/customers/{this["customer"]}/merges", $"/customers/{this["other"]}", $"/customers/{this["customer"]}/consents", "/attributes", "/segments", "/imports", "/integrations", "/suggestions?state=accepted", "/suggestions?state=rejected", "/inboxes", "/tokens", "/teams", "/skills", "/calendars", "/routing", "/tickets?status=any", "/tickets/rules", "/saved-replies", "/surveys", "/surveys/settings"])
        {
            parts.Add((await shop.Desk.GetAsync(path)).ToString());
        }

        return LastUsed(string.Join('\n', parts));
    }

    /// <summary>The path with our ids in its holes.</summary>
    public string In(string path) => path
        .Replace("{merge}", this["merge"], StringComparison.Ordinal).Replace("{system}", "shop", StringComparison.Ordinal).Replace("{externalId}", "secret-4711", StringComparison.Ordinal).Replace("{recordId}", this["integration"], StringComparison.Ordinal).Replace("{leave}", this["leave"], StringComparison.Ordinal).Replace("{number}", "77", StringComparison.Ordinal).Replace("{keyId}", this["key"], StringComparison.Ordinal).Replace("{noteId}", this["note"], StringComparison.Ordinal).Replace("{token}", "made-up", StringComparison.Ordinal)
        .Replace("{id}", path.Contains("{id}", StringComparison.Ordinal) ? IdFor(path) : "", StringComparison.Ordinal);

    private string IdFor(string path) => path.Split('/')[1] switch
    {
        "conversations" => this["conversation"],
        "channels" => "echo",
        "customers" => this["customer"],
        "inboxes" => this["inbox"],
        "messages" => this["message"],
        "files" => this["file"],
        "deliveries" => this["delivery"],
        "agents" => this["agent"],
        "tokens" => this["token"],
        "suggestions" => this["suggestion"],
        "attributes" => this["attribute"],
        "segments" => this["segment"],
        "imports" => this["import"],
        "integrations" => this["integration"],
        "teams" => this["team"],
        "skills" => this["skill"],
        "calendars" => this["calendar"],
        "tickets" => this["ticket"],
        "saved-replies" => this["reply"],
        _ => throw new ShouldAssertException($"{path} is new: say here which id it takes."),
    };

    /// <summary>Lists are asked for our things by every filter they have.</summary>
    public string Query(string method, string path) => (method, path) switch
    {
        ("GET", "/conversations") => $"?status=any&inbox={this["inbox"]}",
        ("GET", "/customers") => "?q=Sara",
        ("GET", "/saved-replies/{id}/filled") => $"?conversation={this["conversation"]}",
        ("GET", "/tickets") => "?status=any",
        ("GET", "/deliveries") => $"?q={Uri.EscapeDataString(this["external"])}",
        ("GET", "/events") => "?after=0",
        ("GET", "/companies/conversations") => "?name=Secret%20Ltd",
        ("GET", "/customers/{id}/merge-preview") => $"?with={this["other"]}",
        _ => "",
    };

    /// <summary>A body that would do its work if the caller were one of us. Every route that takes one is listed.</summary>
    public object? Body(string method, string path) => (method, path) switch
    {
        ("GET", _) or ("DELETE", _) => null,
        ("PATCH", "/me") => new { name = "Eve" },
        ("POST", "/agents") => new { email = "mallory@strangers.example", name = "Mallory", role = "agent" },
        ("PATCH", "/agents/{id}") => new { disabled = true },
        ("POST", "/agents/{id}/invite") => new { },
        ("POST", "/tokens") => new { name = "mine" },
        ("POST", "/inboxes") => new { channel = "echo", name = "Own", settings = new { secret = "an-echo-secret" } },
        ("PATCH", "/inboxes/{id}") => new { name = "Taken over" },
        ("POST", "/inboxes/{id}/check" or "/inboxes/{id}/connect" or "/inboxes/{id}/login") => new { },
        ("POST", "/inboxes/login/finish") => new { query = new { state = "made-up", code = "made-up" } },
        ("POST", "/channels/{id}/preview") => new { text = "Hello", rich = new { buttons = new[] { new { kind = "reply", title = "Yes", value = "yes" } } } },
        ("POST", "/messages/{id}/acts") => new { kind = "delete" },
        ("POST", "/conversations/{id}/assign") => new { agentId = (string?)null },
        ("POST", "/conversations/{id}/snooze") => new { until = TimeProvider.System.GetUtcNow().AddDays(1) },
        ("POST", "/conversations/{id}/resolve" or "/conversations/{id}/reopen" or "/conversations/{id}/read" or "/conversations/{id}/unread") => new { },
        ("POST", "/conversations/{id}/messages") => new { text = "Send me the gold", channelThreadId = this["thread"] },
        ("POST", "/messages/{id}/cancel" or "/messages/{id}/retry") => new { },
        ("POST", "/messages/{id}/confirm") => new { arrived = true },
        ("POST", "/customers") => new { name = "Somebody" },
        ("PATCH", "/customers/{id}") => new { name = "Renamed" },
        ("POST", "/customers/{id}/keys") => new { kind = "phone", value = "+966512300042" },
        ("POST", "/customers/{id}/merge") => new { with = this["other"] },
        ("POST", "/customers/{id}/merges/{merge}/undo") => new { },
        ("POST", "/calls/phones") => new { },
        ("PATCH", "/customers/{id}/keys/{keyId}") => new { shared = true },
        ("POST", "/customers/{id}/consents") => new { purpose = "marketing", given = true, source = "Eve says so" },
        ("PUT", "/customers/by/{system}/{externalId}") => new { company = "Eve Ltd" },
        ("POST", "/customers/bulk") => new { system = "shop", items = new[] { new { externalId = "secret-4711", company = "Eve Ltd" } } },
        ("POST", "/customers/{id}/erase") => new { },
        ("POST", "/customers/{id}/hold") => new { hold = true },
        ("POST", "/attributes") => new { key = "eve" },
        ("PATCH", "/attributes/{id}") => new { label = "Eve" },
        ("POST", "/segments") => new { name = "Eve", rule = new { match = "all", conditions = new[] { new { field = "name", @is = "contains", value = "sara" } } } },
        ("POST", "/segments/count") => new { match = "all", conditions = new[] { new { field = "name", @is = "contains", value = "sara" } } },
        ("PATCH", "/segments/{id}") => new { name = "Eve" },
        ("POST", "/imports") => new { fileId = this["file"] },
        ("PUT", "/imports/{id}/mapping") => new { columns = new[] { "name" } },
        ("POST", "/imports/{id}/check" or "/imports/{id}/run" or "/imports/{id}/undo") => new { },
        ("POST", "/integrations") => new { kind = "rest", settings = new { baseUrl = "http://127.0.0.1:9", listPath = "/eve", readPath = "/eve/{id}" } },
        ("POST", "/integrations/{id}/problems/drop") => new { kind = "pull", key = "4711" },
        ("PATCH", "/integrations/{id}") => new { name = "Eve" },
        ("POST", "/integrations/{id}/try" or "/integrations/{id}/start" or "/integrations/{id}/pause" or "/integrations/{id}/problems/retry") => new { },
        ("POST", "/suggestions/decide") => new { ids = new[] { this["suggestion"] }, decision = "accept" },
        ("POST", "/suggestions/{id}/accept" or "/suggestions/{id}/reject" or "/suggestions/{id}/reopen") => new { },
        ("POST", "/customers/{id}/notes") => new { text = "Seen by Eve" },
        ("POST", "/deliveries/{id}/replay") => new { },
        ("POST" or "PATCH", "/teams" or "/teams/{id}") => new { name = "Eve's" },
        ("POST" or "PATCH", "/skills" or "/skills/{id}") => new { name = "Eavesdropping" },
        ("POST" or "PUT", "/calendars" or "/calendars/{id}") => new { name = "At night", timeZone = "UTC", hours = Array.Empty<object>() },
        ("PATCH", "/agents/{id}/work") => new { capacity = 0 },
        ("PUT", "/agents/{id}/status") => new { status = "offline" },
        ("POST", "/agents/{id}/leaves") => new { from = TimeProvider.System.GetUtcNow(), until = TimeProvider.System.GetUtcNow().AddDays(1) },
        ("PUT", "/routing/draft") => new { rules = Array.Empty<object>(), otherwise = new { }, graceMinutes = 99 },
        ("POST", "/routing/publish" or "/routing/off" or "/routing/versions/{number}/rollback") => new { },
        ("POST" or "PATCH", "/saved-replies" or "/saved-replies/{id}") => new { name = "Eve's", text = "Eve" },
        ("POST", "/tickets") => new { customerId = this["customer"], subject = "Eve's" },
        ("PATCH", "/tickets/{id}") => new { subject = "Eve's", status = "solved" },
        ("POST", "/tickets/{id}/assign") => new { teamId = this["team"] },
        ("PUT", "/tickets/rules") => new { items = Array.Empty<object>() },
        ("PUT", "/surveys/settings") => new { on = false, question = "Eve?", delayMinutes = 1 },
        ("POST", "/routing/compare") => new { days = 1 },
        ("POST", "/conversations/{id}/transfer") => new { teamId = this["team"] },
        ("POST", "/files") => Upload(),
        _ => throw new ShouldAssertException($"{method} {path} is new: say here what it takes, so that it is walked, too."),
    };

    /// <summary>What of ours an answer shows, or null.</summary>
    public string? Leaks(string text, string except = "") =>
        ids.Where(i => i.Key != "workspace" && !except.Contains(i.Value, StringComparison.Ordinal)).Select(i => i.Value)
            .Concat(["Sara Secretive", "sara@secret.example", "The secret of the house", "Pays in gold"])
            .FirstOrDefault(ours => text.Contains(ours, StringComparison.OrdinalIgnoreCase));

    private static async Task<string> ImportAsync(Shop shop)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent("name,email\nSara Secretive,sara2@secret.example\n"u8.ToArray()) { Headers = { ContentType = new("text/csv") } }, "file", "secrets.csv" } };
        using var uploaded = await shop.Braid.Api.PostAsync(new Uri("/api/v1/files", UriKind.Relative), form);
        var file = JsonSerializer.Deserialize<JsonElement>(await uploaded.Content.ReadAsStringAsync()).Id();
        return (await shop.Desk.PostAsync("/imports", new { fileId = file }, System.Net.HttpStatusCode.Created)).Id();
    }

    private static MultipartFormDataContent Upload()
    {
        var file = new ByteArrayContent([1, 2, 3]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { file, "file", "a.bin" } };
    }

    // The token of the desk itself is used all the time.
    /// <summary>Without what moves by itself: when a token was used, and the inbox's note of its last message, a moment later.</summary>
    private static string LastUsed(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"lastUsedAt\":[^,}]*|\"health\":\\{[^}]*\\}", "");
}
