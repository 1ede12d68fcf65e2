using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.MailServices;

internal sealed class MailgunFactory() : MailCarrierFactory("email-mailgun", world => new MailgunServer(world));

/// <summary>api.mailgun.net of the pretend world.</summary>
internal sealed class MailgunServer(World world) : MailCarrier(world)
{
    private readonly string apiKey = "key-" + Convert.ToHexStringLower(world.Bytes(16));
    private readonly string signingKey = Convert.ToHexStringLower(world.Bytes(16));
    private readonly JsonArray routes = [];
    private readonly JsonObject webhooks = [];

    public override JsonObject Settings => new()
    {
        ["provider"] = "mailgun", ["address"] = Support, ["fromName"] = "Northwind", ["apiKey"] = apiKey, ["domain"] = "mg.northwind.example", ["signingKey"] = signingKey, ["authServer"] = "mxa.mailgun.org",
        ["apiBaseUrl"] = Url.AbsoluteUri.TrimEnd('/'),
    };

    protected override string Stamp => "mxa.mailgun.org";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => Say(429, "Too many requests") with { RetryAfter = wait },
        Fault.ServerError { Status: var status } => Say(status, "Internal Server Error"),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + apiKey))) { return Say(401, "Forbidden"); }
        switch (request.Method, path)
        {
            case ("GET", ["v3", "domains", "mg.northwind.example"]): return new(200, new JsonObject { ["domain"] = new JsonObject { ["state"] = "active" } });
            case ("GET", ["v3", "routes"]): return new(200, new JsonObject { ["items"] = routes.DeepClone(), ["total_count"] = routes.Count });
            case ("GET", ["v3", "domains", "mg.northwind.example", "webhooks"]): return new(200, new JsonObject { ["webhooks"] = webhooks.DeepClone() });
        }

        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        switch (request.Method, path)
        {
            case ("POST", ["v3", "routes"]):
                routes.Add(new JsonObject { ["expression"] = form["expression"].ToString(), ["actions"] = new JsonArray(form["action"].ToString()) });
                return Say(200, "Route has been created");
            case ("POST", ["v3", "domains", "mg.northwind.example", "webhooks"]):
                webhooks[form["id"].ToString()] = new JsonObject { ["urls"] = new JsonArray(form["url"].ToString()) };
                return Say(200, "Webhook has been created");
            case ("POST", ["v3", "mg.northwind.example", "messages.mime"]): return await SendAsync(form);
            case ("POST", ["v3", _, "messages.mime"]): return Say(404, "Domain not found: " + path[1]);
            default: return Say(404, "Not found");
        }
    }

    private async Task<Answer> SendAsync(IFormCollection form)
    {
        var to = form["to"].OfType<string>().ToArray();
        if (to.Length == 0 || to.Any(a => !a.Contains('@'))) { return Say(400, "to parameter is not a valid address. please check documentation"); }
        if (form.Files["message"] is not { } message) { return Say(400, "message parameter is missing"); }
        using var raw = new MemoryStream();
        await message.CopyToAsync(raw);
        var mail = OutgoingMail.Of(raw.ToArray(), to, form["v:messageId"], "");
        Accept(mail);
        return new(200, new JsonObject { ["id"] = $"<{mail.Id}>", ["message"] = "Queued. Thank you." });
    }

    protected override HttpRequestMessage MailPost(Uri address, byte[] raw, string from, string to)
    {
        var (time, token, signature) = Proof();
        var form = new MultipartFormDataContent("xYz" + Hex(12));
        foreach (var (name, value) in new[] { ("recipient", to), ("sender", from), ("from", from), ("timestamp", time), ("token", token), ("signature", signature) }) { form.Add(new StringContent(value), $"\"{name}\""); }
        form.Add(new ByteArrayContent(raw), "\"body-mime\"");
        return new HttpRequestMessage(HttpMethod.Post, address + "?as=mime") { Content = form };
    }

    protected override HttpRequestMessage ReportPost(Uri address, JsonObject report)
    {
        var (time, token, signature) = Proof();
        var failed = report.Text("kind") == "failed";
        var data = new JsonObject
        {
            ["event"] = report.Text("kind") switch { "read" => "opened", var kind => kind }, ["id"] = Hex(22), ["timestamp"] = World.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, ["recipient"] = report.Text("recipient"),
            ["message"] = new JsonObject { ["headers"] = new JsonObject { ["message-id"] = report.Text("id") } }, ["user-variables"] = new JsonObject { ["messageId"] = report.Text("tag") },
        };
        if (failed)
        {
            data["severity"] = "permanent";
            data["delivery-status"] = new JsonObject { ["code"] = 550, ["enhanced-code"] = "5.1.1", ["description"] = "No such user" };
        }

        return Json(address, Encoding.UTF8.GetBytes(new JsonObject
        {
            ["signature"] = new JsonObject { ["timestamp"] = time, ["token"] = token, ["signature"] = signature }, ["event-data"] = data,
        }.ToJsonString()));
    }

    private (string Time, string Token, string Signature) Proof()
    {
        var (time, token) = (World.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Hex(50));
        return (time, token, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(signingKey), Encoding.UTF8.GetBytes(time + token))));
    }

    private static Answer Say(int status, string words) => new(status, new JsonObject { ["message"] = words });
}
