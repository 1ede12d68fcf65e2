using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.LiveChat;

/// <summary>Somebody on a shop's page with the chat window open: speaks the widget's protocol (a session by HTTP, then the hub).</summary>
public sealed class LiveChatVisitor : IAsyncDisposable
{
    private readonly VisitorProfile profile;
    private HubWire wire = null!;
    private bool introduced;

    private LiveChatVisitor(VisitorProfile profile, string visitorToken) => (this.profile, VisitorToken) = (profile, visitorToken);

    /// <summary>What this browser keeps: open again with it to be the same visitor.</summary>
    public string VisitorToken { get; }

    public Arrivals<VisitorSaw> Received { get; } = new();

    public static async Task<LiveChatVisitor> OpenAsync(Uri braid, string inboxId, VisitorProfile profile, TimeProvider time, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var request = new JsonObject { ["locale"] = profile.Locale, ["page"] = profile.Page, ["origin"] = profile.Origin };
        if (profile.VisitorToken is not null)
        {
            request["visitorToken"] = profile.VisitorToken;
        }

        if (profile.IdentityToken is not null)
        {
            request["identityToken"] = profile.IdentityToken;
        }

        using var answer = await http.PostAsync(new Uri(braid, $"/widget/{inboxId}/session"), JsonContent.Create(request), ct);
        answer.EnsureSuccessStatusCode();
        var session = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!.AsObject();
        var visitor = new LiveChatVisitor(profile, session.Text("visitorToken")!);
        foreach (var message in session.Objects("messages"))
        {
            visitor.Hear("message", message);
        }

        var hub = new UriBuilder(new Uri(braid, "/widget/hub"))
        {
            Scheme = braid.Scheme == "https" ? "wss" : "ws", Query = "token=" + Uri.EscapeDataString(visitor.VisitorToken),
        };
        // The frame is served by Braid itself, so the socket's origin is Braid's.
        visitor.wire = await HubWire.ConnectAsync(hub.Uri, braid.GetLeftPart(UriPartial.Authority), visitor.Hear, time, ct);
        return visitor;
    }

    /// <summary>Sends a message and waits until Braid has it safe. Gives the client id it is known by; a refusal throws.</summary>
    public async Task<string> WritesAsync(string text, CancellationToken ct)
    {
        var id = Guid.NewGuid().ToString("N");
        var message = new JsonObject { ["clientId"] = id, ["text"] = text, ["files"] = new JsonArray() };
        if (!introduced && profile.PreChat.Count > 0)
        {
            message["preChat"] = new JsonObject(profile.PreChat.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        }

        var ack = await wire.CallAsync("Send", message, ct) as JsonObject;
        introduced = true;
        return ack?.Text("refused") is { } refused ? throw new InvalidOperationException($"The chat refused the message: {refused}.") : id;
    }

    /// <summary>Leaves an address to be answered by mail.</summary>
    public Task LeavesEmailAsync(string email, string text, CancellationToken ct) =>
        wire.CallAsync("LeaveEmail", new JsonObject { ["clientId"] = Guid.NewGuid().ToString("N"), ["email"] = email, ["text"] = text }, ct);

    /// <summary>Has the window in sight: everything up to this message is seen.</summary>
    public Task SeesAsync(VisitorSaw message, CancellationToken ct) => wire.CallAsync("Seen", JsonValue.Create(message.Id)!, ct);

    public ValueTask DisposeAsync() => wire.DisposeAsync();

    private void Hear(string target, JsonObject what)
    {
        switch (target)
        {
            case "message" or "joined":
                Received.Add(new VisitorSaw(what.Text("kind") ?? target, what.Text("id"), what.Text("from"), what.Text("name"), what.Text("text")));
                break;
            case "agentTyping":
                Received.Add(new VisitorSaw("typing", null, "agent", what.Text("name"), null));
                break;
        }
    }
}
