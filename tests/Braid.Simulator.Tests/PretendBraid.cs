using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Braid.Simulator.Mail;
using Braid.Simulator.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Braid.Simulator.Tests;

/// <summary>
/// As much of Braid's outward contract as the demo uses: agents and invitations, inboxes, conversations by customer name, messages that go out
/// over the pretend providers. One conversation per name, no database.
/// </summary>
internal sealed class PretendBraid : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource stop = new();
    private readonly Dictionary<string, JsonObject> inboxes = [];
    private readonly Lock gate = new();
    private Task mail = Task.CompletedTask;

    private PretendBraid(WebApplication app) => this.app = app;

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    public Dictionary<string, Talk> Talks { get; } = [];
    public Arrivals<(string Visitor, string Method, JsonObject What)> Chat { get; } = new();

    /// <summary>Every API call: who (token or cookie), method and path.</summary>
    public Arrivals<(string By, string Call, JsonObject Body)> Calls { get; } = new();

    /// <summary>Every customer message: name, channel, text.</summary>
    public Arrivals<(string Name, string Channel, string? Text)> Said { get; } = new();

    public static async Task<PretendBraid> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        PretendBraid? braid = null;
        builder.Services.AddSingleton(_ => braid!.Chat);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        braid = new PretendBraid(app);
        app.UseWebSockets();
        app.MapHub<PretendWidgetHub>("/widget/hub");
        app.MapFallback(braid.HandleAsync);
        await app.StartAsync();
        braid.mail = braid.WatchChatAsync();
        return braid;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await mail;
        await app.DisposeAsync();
        http.Dispose();
        stop.Dispose();
    }

    internal sealed record Talk(string Id, string Name)
    {
        public string Channel { get; set; } = "";
        public string Address { get; set; } = "";
        public string Author { get; set; } = "customer";
        public string? Subject { get; set; }
        public string? Assignee { get; set; }
        public string Status { get; set; } = "open";
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var call = await Call.ReadAsync(context.Request);
        JsonNode? answer;
        if (path.StartsWith("/webhooks/", StringComparison.Ordinal))
        {
            answer = Webhook(context, path.Split('/')[2], call);
            if (answer is null)
            {
                await context.Response.WriteAsync(context.Request.Query["hub.challenge"].ToString());
                return;
            }
        }
        else if (path.StartsWith("/widget/", StringComparison.Ordinal))
        {
            answer = new JsonObject { ["visitorToken"] = "visitor-" + Guid.NewGuid().ToString("N"), ["messages"] = new JsonArray() };
        }
        else
        {
            var by = context.Request.Headers.Authorization.ToString() + context.Request.Headers.Cookie;
            Calls.Add((by, context.Request.Method + " " + path["/api/v1".Length..], call.Parameters));
            answer = await ApiAsync(context, path["/api/v1/".Length..].Split('/'), call.Parameters);
        }

        await context.Response.WriteAsJsonAsync(answer);
    }

    private async Task<JsonObject> ApiAsync(HttpContext context, string[] path, JsonObject body)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", ["agents" or "inboxes" or "integrations" or "tickets"]):
                return new JsonObject { ["items"] = new JsonArray() };
            case ("GET", ["routing"]):
            case ("PATCH", ["agents", _, "work"] or ["tickets", _]):
            case ("PUT", ["agents", _, "status"] or ["routing", "draft"] or ["surveys", "settings"]):
            case ("POST", ["routing", "publish"]):
                return [];
            case ("POST", ["skills" or "teams" or "calendars" or "tickets"]):
                return new() { ["id"] = Guid.NewGuid().ToString() };
            case ("POST", ["agents"]):
                return new JsonObject { ["agent"] = new JsonObject { ["id"] = "id-" + body.Text("name") }, ["inviteUrl"] = $"{Url}app/invite/for-{body.Text("name")}" };
            case ("POST", ["invites", var invitation]):
                context.Response.Headers.SetCookie = $"session={Uri.EscapeDataString(invitation)}; path=/; secure; httponly";
                return [];
            case ("POST", ["inboxes"]):
                var channel = body.Text("channel")!;
                inboxes[channel] = body["settings"]!.DeepClone().AsObject();
                if (channel == "email")
                {
                    mail = Task.WhenAll(mail, Task.Run(ReadMailAsync));
                }

                return new JsonObject { ["id"] = "inbox-" + channel, ["webhookUrl"] = $"http://braid.example/webhooks/{channel}/inbox-{channel}" };
            case ("POST", ["integrations"]):
                return new JsonObject { ["id"] = "integration-" + body.Text("kind") };
            case ("POST", ["inboxes", _, "connect"] or ["integrations", _, "start"]):
                return [];
            case ("GET", ["conversations"]):
                lock (gate)
                {
                    var found = Talks.Values.Where(t => t.Name == context.Request.Query["q"].ToString());
                    return new JsonObject { ["items"] = new JsonArray([.. found.Select(View)]) };
                }

            case ("POST", ["conversations", var id, "messages"]):
                await SendAsync(Talks[id], body);
                return [];
            case ("POST", ["conversations", var id, "assign"]):
                Talks[id].Assignee = body.Text("agentId");
                return [];
            case ("POST", ["conversations", var id, var verb]):
                Talks[id].Status = verb;
                return [];
            case ("POST", ["customers", _, "keys"]):
                return [];
            default:
                context.Response.StatusCode = 404;
                return [];
        }
    }

    private static JsonNode View(Talk talk) => new JsonObject
    {
        ["id"] = talk.Id, ["senderUnverified"] = false, ["customer"] = new JsonObject { ["id"] = "c-" + talk.Id },
        ["assignee"] = talk.Assignee is null ? null : new JsonObject { ["id"] = talk.Assignee },
        ["lastMessage"] = new JsonObject { ["author"] = talk.Author, ["channel"] = talk.Channel },
    };

    private JsonObject? Webhook(HttpContext context, string channel, Call call)
    {
        if (context.Request.Method == "GET")
        {
            return null;
        }

        if (channel == "telegram" && call.Object("message") is { } message)
        {
            var from = message["from"]!.AsObject();
            var name = from["last_name"] is { } last ? $"{from.Text("first_name")} {last}" : from.Text("first_name")!;
            Hear(name, channel, from.Text("id")!, message.Text("text"), null);
        }

        foreach (var value in call.Parameters.Objects("entry").SelectMany(e => e.Objects("changes")).Select(c => c["value"]!.AsObject()))
        {
            foreach (var each in value.Objects("messages"))
            {
                Hear(value["contacts"]![0]!["profile"]!["name"]!.GetValue<string>(), channel, each.Text("from")!, (each["text"] as JsonObject)?.Text("body"), null);
            }
        }

        return [];
    }

    private void Hear(string name, string channel, string address, string? text, string? subject)
    {
        lock (gate)
        {
            Talks.TryAdd(Id(name), new Talk(Id(name), name));
            var talk = Talks[Id(name)];
            (talk.Channel, talk.Address, talk.Author, talk.Subject) = (channel, address, "customer", subject);
        }

        Said.Add((name, channel, text));
    }

    private static string Id(string name) => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>An answer leaves on the channel the customer wrote on last.</summary>
    public async Task SendAsync(Talk talk, JsonObject body)
    {
        if (body.Flag("private"))
        {
            return;
        }

        talk.Author = "agent";
        var (text, settings) = (body.Text("text")!, inboxes[talk.Channel]);
        switch (talk.Channel)
        {
            case "telegram":
                await PostAsync($"{settings.Text("apiBaseUrl")}/bot{settings.Text("botToken")}/sendMessage", new JsonObject { ["chat_id"] = talk.Address, ["text"] = text }, null);
                break;
            case "whatsapp":
                var message = new JsonObject { ["messaging_product"] = "whatsapp", ["to"] = talk.Address, ["type"] = "text", ["text"] = new JsonObject { ["body"] = text } };
                await PostAsync($"{settings.Text("apiBaseUrl")}/v25.0/{settings.Text("phoneNumberId")}/messages", message, settings.Text("accessToken"));
                break;
            case "email":
                var mailOut = new MailComposer
                {
                    From = new MailParty(null, settings.Text("address")!), To = [new MailParty(null, talk.Address)], Subject = "Re: " + talk.Subject, Text = text,
                    MessageId = Guid.NewGuid() + "@braid.example", Date = TimeProvider.System.GetUtcNow(),
                };
                var route = new MailRoute(settings.Text("smtpHost")!, (int)settings.Number("smtpPort")!, Lmtp: false);
                await MailWire.DeliverAsync(route, settings.Text("address")!, [talk.Address], mailOut.Build(), stop.Token);
                break;
            case "livechat":
                var shown = new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["from"] = "agent", ["text"] = text };
                await app.Services.GetRequiredService<IHubContext<PretendWidgetHub>>().Clients.Group(talk.Address).SendAsync("message", shown, stop.Token);
                break;
        }
    }

    private async Task PostAsync(string url, JsonObject body, string? bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
        using var response = await http.SendAsync(request, stop.Token);
        response.EnsureSuccessStatusCode();
    }

    private async Task WatchChatAsync()
    {
        try
        {
            await foreach (var (visitor, _, what) in Chat.FollowAsync(fromStart: true, stop.Token))
            {
                if (what.Text("text") is { } text)
                {
                    Hear((what["preChat"] as JsonObject)?.Text("name") ?? "visitor", "livechat", visitor, text, null);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ReadMailAsync()
    {
        var settings = inboxes["email"];
        try
        {
            using var wire = await LineConnection.ConnectAsync(settings.Text("imapHost")!, (int)settings.Number("imapPort")!, stop.Token);
            using var imap = new Mail.ScriptedClient(wire, stop.Token);
            await imap.SayAsync(null, "* OK");
            await imap.SayAsync($"A LOGIN {settings.Text("userName")} {settings.Text("password")}", "A OK");
            await imap.SayAsync("B SELECT INBOX", "B OK");
            for (var uid = 1; ; uid++)
            {
                while (await imap.SayAsync($"C UID SEARCH UID {uid}:{uid}", "C OK") is var found && found[0] == "* SEARCH")
                {
                    // News may have come with the search's own answer; only else there is something to wait for.
                    if (!found.Exists(l => l.EndsWith("EXISTS", StringComparison.Ordinal)))
                    {
                        await imap.SayAsync("D IDLE", "+ ");
                        await imap.SayAsync(null, "* ");
                        await imap.SayAsync("DONE", "D OK");
                    }
                }

                var head = (await imap.SayAsync($"E UID FETCH {uid} BODY.PEEK[]", "* "))[^1];
                var raw = await imap.BytesAsync(int.Parse(head.Split('{')[1].TrimEnd('}'), System.Globalization.CultureInfo.InvariantCulture));
                await imap.SayAsync(null, "E OK");
                var mailIn = new MailReceived("", [], System.Text.Encoding.UTF8.GetBytes(raw), default);
                Hear(mailIn.From.Split('<')[0].Trim(' ', '"'), "email", mailIn.ReplyAddress, mailIn.Text, mailIn.Subject.Replace("Re: ", "", StringComparison.Ordinal));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test is over.
        }
    }
}
