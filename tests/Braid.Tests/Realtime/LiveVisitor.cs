using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Braid.Tests.Realtime;

/// <summary>A visitor's browser: the session over HTTP, the socket, and what was heard on it.</summary>
internal sealed class LiveVisitor : IAsyncDisposable
{
    public const string Secret = "an identity secret of well over thirty-two bytes";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TestBraid braid;
    private readonly HttpClient http;
    private readonly HubConnection hub;
    private readonly Channel<(string Method, JsonElement Body)> heard = Channel.CreateUnbounded<(string, JsonElement)>();

    private LiveVisitor(TestBraid braid, string inbox, JsonElement session)
    {
        (this.braid, Inbox, Session) = (braid, inbox, session);
        http = braid.Client(Token);
        hub = Hub(braid, Token);
        foreach (var method in new[] { "message", "status", "agentTyping", "joined", "availability" })
        {
            hub.On<JsonElement>(method, body => heard.Writer.TryWrite((method, body)));
        }

        hub.Closed += _ =>
        {
            heard.Writer.TryWrite(("closed", default));
            return Task.CompletedTask;
        };
    }

    public string Inbox { get; }
    public JsonElement Session { get; }
    public string Token => Session.Text("visitorToken")!;
    public string Thread => Session.Text("threadId")!;

    public static async Task<string> ChatAsync(TestBraid braid, object? settings = null) =>
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "livechat", name = "Chat", settings = settings ?? new { title = "Arunika", identitySecret = Secret } })).Is(HttpStatusCode.Created).Text("id");

    public static async Task<Answer> AskAsync(TestBraid braid, string inbox, string? token = null, string? identity = null, string origin = "https://shop.example")
    {
        using var client = braid.Client(null);
        using var response = await client.PostAsJsonAsync($"/widget/{inbox}/session", new { visitorToken = token, identityToken = identity, locale = "de", page = "https://shop.example/cart?x=1", origin });
        return await Answer.ReadAsync(response);
    }

    public static async Task<LiveVisitor> ConnectAsync(TestBraid braid, string inbox, string? token = null, string? identity = null)
    {
        var visitor = new LiveVisitor(braid, inbox, (await AskAsync(braid, inbox, token, identity)).Is(HttpStatusCode.OK).Json);
        await visitor.hub.StartAsync();
        return visitor;
    }

    /// <summary>A token as the site's server signs it.</summary>
    public static string Sign(object claims, string secret = Secret)
    {
        static string Part(object value) => System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
        var content = $"{Part(new { alg = "HS256", typ = "JWT" })}.{Part(claims)}";
        return $"{content}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(content)))}";
    }

    public static HubConnection Hub(TestBraid braid, string token, string? origin = null) => new HubConnectionBuilder().WithUrl(new Uri(braid.Address, "/widget/hub?token=" + Uri.EscapeDataString(token)), o =>
    {
        o.SkipNegotiation = true;
        o.Transports = HttpTransportType.WebSockets;
        if (origin is not null) { o.Headers["Origin"] = origin; }
    }).Build();

    public Task<JsonElement> SendAsync(string? clientId, string? text, params string[] files) => hub.InvokeAsync<JsonElement>("Send", new { clientId, text, files });

    public Task<JsonElement> LeaveEmailAsync(string clientId, string email, string text) => hub.InvokeAsync<JsonElement>("LeaveEmail", new { clientId, email, text });

    public Task SeenAsync(string message) => hub.InvokeAsync("Seen", message);

    public Task TypeAsync(bool typing) => hub.SendAsync("Typing", typing);

    public Task LeaveAsync() => hub.StopAsync();

    public async Task<JsonElement> PageAsync(string query = "", string? token = null, HttpStatusCode expected = HttpStatusCode.OK, string? inbox = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/widget/{inbox ?? Inbox}/messages{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        using var response = await http.SendAsync(request);
        return (await Answer.ReadAsync(response)).Is(expected).Json;
    }

    public async Task<Answer> UploadAsync(string name, string contentType, byte[] bytes)
    {
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/widget/{Inbox}/files") { Content = form };
        // So that a refusal comes before the bytes instead of in the middle of them.
        request.Headers.ExpectContinue = true;
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async Task<JsonElement> HearAsync(string method, Func<JsonElement, bool>? fits = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var (name, body) = await heard.Reader.ReadAsync(limit.Token);
            if (name == method && (fits?.Invoke(body) ?? true))
            {
                return body;
            }
        }
    }

    /// <summary>Everything that was heard so far, without waiting.</summary>
    public IReadOnlyList<(string Method, JsonElement Body)> Heard()
    {
        var all = new List<(string, JsonElement)>();
        while (heard.Reader.TryRead(out var one)) { all.Add(one); }
        return all;
    }

    /// <summary>The one conversation that agents see.</summary>
    public async Task<string> ConversationAsync() => (await braid.Api.ReadAsync("/conversations")).Items().ShouldHaveSingleItem().Text("id")!;

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        http.Dispose();
    }
}
