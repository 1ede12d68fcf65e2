using System.Threading.Channels;
using Braid.Conversations;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Microsoft.EntityFrameworkCore;

namespace Braid.Realtime;

/// <summary>
/// Brings live signals to the screens of this node: presence to those who look at the same conversation, a customer's typing to those who
/// read it. Announces this node's people every few seconds and forgets the silent ones.
/// </summary>
internal sealed partial class PresenceScreen(
    Presence presence, LiveSignals live, AgentConnections connections, IServiceScopeFactory scopes, TimeProvider clock, ILogger<PresenceScreen> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly Channel<object> work = Channel.CreateBounded<object>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        live.Heard += Hear;
        presence.Changed += Show;
        try
        {
            await Task.WhenAll(BeatAsync(stoppingToken), ShowAsync(stoppingToken));
        }
        finally
        {
            live.Heard -= Hear;
            presence.Changed -= Show;
        }
    }

    private void Hear(LiveSignal heard)
    {
        if (heard is LiveSignal.AgentSeen seen)
        {
            presence.Hear(seen);
        }
        else
        {
            work.Writer.TryWrite(heard);
        }
    }

    private void Show(Guid conversation) => work.Writer.TryWrite(conversation);

    private async Task BeatAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var connection in connections.All)
            {
                if (connection.Watching is { } conversation)
                {
                    presence.Say(connection, conversation, SeenState.Viewing);
                }
            }

            presence.Expire();
        }
    }

    private async Task ShowAsync(CancellationToken ct)
    {
        await foreach (var item in work.Reader.ReadAllAsync(ct))
        {
            try
            {
                await (item switch
                {
                    Guid conversation => SendAsync(conversation, "presence", presence.Of(conversation), ct),
                    LiveSignal.CustomerTyping typing => ShowTypingAsync(typing, ct),
                    _ => Task.CompletedTask,
                });
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e.GetBaseException().Message);
            }
        }
    }

    private async Task ShowTypingAsync(LiveSignal.CustomerTyping typing, CancellationToken ct)
    {
        var workspace = new Id<Workspace>(typing.Workspace);
        if (!connections.Of(workspace).Any(c => c.Watching is not null))
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var inbox = new Id<Inbox>(typing.Inbox);
        var conversation = await scope.ServiceProvider.GetRequiredService<BraidDb>().Set<ChannelThread>()
            .Where(t => t.WorkspaceId == workspace && t.InboxId == inbox && t.ExternalId == typing.Thread).Select(t => (Id<Conversation>?)t.ConversationId).FirstOrDefaultAsync(ct);
        if (conversation is { } id)
        {
            await SendAsync(id.Value, "customerTyping", new { conversationId = id.Value, typing = typing.Typing }, ct);
        }
    }

    /// <summary>A slow client must not hold up the others, so nobody is waited for.</summary>
    private Task SendAsync(Guid conversation, string method, object message, CancellationToken ct)
    {
        foreach (var connection in connections.Watching(conversation))
        {
            _ = connection.SendAsync(method, message, ct).ContinueWith(
                static sent => _ = sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A live signal could not be shown: {Message}")]
        public static partial void Failed(ILogger logger, string message);
    }
}
