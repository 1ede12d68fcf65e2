using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;

namespace Braid.Simulator.Tests;

/// <summary>The widget's hub on the real SignalR server, so that the visitor's hand-written protocol meets the true one.</summary>
internal sealed class PretendWidgetHub(Arrivals<(string Visitor, string Method, JsonObject What)> heard) : Hub
{
    public JsonObject Send(JsonObject message)
    {
        heard.Add((Visitor, "Send", message));
        return message["text"]!.GetValue<string>().Length == 0
            ? new JsonObject { ["refused"] = "empty" }
            : new JsonObject { ["id"] = message["clientId"]!.GetValue<string>(), ["at"] = "2026-11-23T20:00:00Z" };
    }

    public void Seen(string id) => heard.Add((Visitor, "Seen", new JsonObject { ["id"] = id }));

    private string Visitor => Context.GetHttpContext()!.Request.Query["token"].ToString();

    public override Task OnConnectedAsync() => Groups.AddToGroupAsync(Context.ConnectionId, Visitor);
}
