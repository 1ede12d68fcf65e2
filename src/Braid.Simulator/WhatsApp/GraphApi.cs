using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>The Graph API's paths. Who may see an object is decided by the bearer token.</summary>
internal sealed class GraphApi(IReadOnlyList<WhatsAppNumber> numbers, Uri server, World world)
{
    public async Task<Answer> CallAsync(HttpRequest request, string[] parts, Call call)
    {
        var token = request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var bearer] ? bearer : call.Text("access_token");
        var mine = numbers.Where(n => n.AccessToken == token).ToList();
        if (token is null)
        {
            return GraphAnswer.Error(401, 190, "An access token is required to request this resource.");
        }

        if (mine.Count == 0)
        {
            return GraphAnswer.Error(401, 190, "Invalid OAuth access token - Cannot parse access token");
        }

        var ct = request.HttpContext.RequestAborted;
        return (request.Method, parts) switch
        {
            ("POST", [var id, "messages"]) => await new WhatsAppSending(Number(mine, id), call, world).SendAsync(ct),
            ("POST", [var id, "media"]) => Locked(Number(mine, id), n => n.Media.Upload(call)),
            ("POST", [var id, "register" or "deregister"]) => Locked(Number(mine, id), _ => GraphAnswer.Success()),
            ("GET", ["debug_token"]) => DebugToken(call),
            ("GET", ["whatsapp_business", ..]) => Download(mine, call.Text("mid") ?? ""),
            (_, [var id, "subscribed_apps"]) => await SubscriptionAsync(request.Method, Waba(mine, id), call, ct),
            (_, [var id, "message_templates"]) => Locked(Waba(mine, id), n => new WhatsAppTemplates(n).Call(request.Method, call)),
            ("GET", [var id, "phone_numbers"]) => GraphAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. mine.Where(n => n.WabaId == id).Select(Describe)]) }),
            ("GET", [var id]) => Get(mine, id),
            ("DELETE", [var id]) => mine.Any(n => Locked(n, x => x.Media.Delete(id))) ? GraphAnswer.Success() : throw GraphAnswer.Unknown(id),
            _ => GraphAnswer.Error(400, 2500, "Unknown path components: /" + string.Join('/', parts)),
        };
    }

    private static WhatsAppNumber Number(List<WhatsAppNumber> mine, string id) => mine.Find(n => n.PhoneNumberId == id) ?? throw GraphAnswer.Unknown(id);

    private static WhatsAppNumber Waba(List<WhatsAppNumber> mine, string id) => mine.Find(n => n.WabaId == id) ?? throw GraphAnswer.Unknown(id);

    private static T Locked<T>(WhatsAppNumber number, Func<WhatsAppNumber, T> act)
    {
        lock (number.Gate)
        {
            return act(number);
        }
    }

    private static JsonObject Describe(WhatsAppNumber number) => new()
    {
        ["verified_name"] = number.VerifiedName, ["code_verification_status"] = "VERIFIED", ["display_phone_number"] = "+" + number.DisplayPhoneNumber,
        ["quality_rating"] = "GREEN", ["platform_type"] = "CLOUD_API", ["throughput"] = new JsonObject { ["level"] = "STANDARD" }, ["id"] = number.PhoneNumberId,
    };

    private Answer Get(List<WhatsAppNumber> mine, string id)
    {
        if (mine.Find(n => n.PhoneNumberId == id) is { } number)
        {
            return GraphAnswer.Ok(Describe(number));
        }

        if (mine.Find(n => n.WabaId == id) is { } account)
        {
            return GraphAnswer.Ok(new JsonObject { ["id"] = id, ["name"] = account.VerifiedName, ["timezone_id"] = "1", ["currency"] = "EUR" });
        }

        foreach (var owner in mine)
        {
            if (Locked(owner, n => n.Media.Find(id)) is { } file)
            {
                return owner.Media.Describe(id, file, server);
            }
        }

        throw GraphAnswer.Unknown(id);
    }

    private static Answer Download(List<WhatsAppNumber> mine, string id) =>
        mine.Select(n => Locked(n, x => x.Media.Find(id))).FirstOrDefault(f => f is not null) is { } file
            ? new Answer(200, null) { Content = file.Content, ContentType = file.ContentType }
            : new Answer(404, null);

    private Answer DebugToken(Call call)
    {
        var owner = numbers.FirstOrDefault(n => n.AccessToken == call.Text("input_token"));
        var data = new JsonObject { ["is_valid"] = owner is not null };
        if (owner is not null)
        {
            (data["app_id"], data["type"], data["application"], data["expires_at"]) = ("1290000000000001", "SYSTEM_USER", "Braid", 0);
            data["scopes"] = new JsonArray("whatsapp_business_management", "whatsapp_business_messaging");
        }

        return GraphAnswer.Ok(new JsonObject { ["data"] = data });
    }

    private static async Task<Answer> SubscriptionAsync(string method, WhatsAppNumber number, Call call, CancellationToken ct)
    {
        if (method == "GET")
        {
            var app = new JsonObject { ["whatsapp_business_api_data"] = new JsonObject { ["id"] = "1290000000000001", ["name"] = "Braid" } };
            return GraphAnswer.Ok(new JsonObject { ["data"] = number.CallbackUrl is null ? [] : new JsonArray(app) });
        }

        if (method == "POST" && call.Text("override_callback_uri") is { } callback
            && !await number.SubscribeAsync(new Uri(callback), call.Text("verify_token") ?? "", ct))
        {
            return GraphAnswer.Error(400, 2200, "(#2200) Callback verification failed: the response does not match the challenge.");
        }

        return GraphAnswer.Success();
    }
}
