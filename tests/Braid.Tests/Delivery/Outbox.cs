using System.Net;
using System.Text.Json;
using Braid.Channels;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Delivery;

/// <summary>
/// A Braid whose provider is scripted. Without the worker role nothing is sent by itself: the test says when the lanes run, so that no
/// test waits for time to pass.
/// </summary>
internal sealed class Outbox : IAsyncDisposable
{
    private int keys;

    private Outbox(TestBraid braid, ScriptedChannel provider, Seed seed)
    {
        Braid = braid;
        Provider = provider;
        Seed = seed;
    }

    public TestBraid Braid { get; }
    public ScriptedChannel Provider { get; }
    public Seed Seed { get; }

    public static async Task<Outbox> StartAsync(string engine, ScriptedChannel? provider = null, Outbox? besides = null, string roles = "web", TimeProvider? clock = null)
    {
        provider ??= new();
        var braid = await TestBraid.StartAsync(Engines.Parse(engine), besides?.Braid.ConnectionString, clock: clock ?? besides?.Braid.Clock, configure: b =>
        {
            b.Services.AddSingleton(provider);
            b.Services.Replace(ServiceDescriptor.Singleton<IInboxDirectory, ScriptedInboxes>());
        }, settings: ("Braid:Roles", roles));
        return new(braid, provider, await Seed.OwnersAsync(braid));
    }

    /// <summary>A customer who has written on the scripted channel.</summary>
    public async Task<Talk> TalkAsync(string name = "Maya", Inbox? inbox = null, bool wrote = true)
    {
        var talk = await Seed.TalkAsync(await Seed.CustomerAsync(name), inbox ?? await Seed.InboxAsync("scripted"), address: name.ToLowerInvariant() + "@kunde.example");
        if (wrote) { await Seed.SaysAsync(talk, "Hello?"); }
        return talk;
    }

    public Task<Answer> PostAsync(Talk talk, object body, string? key = null) =>
        Braid.Api.PostJsonAsync($"/conversations/{talk.Id}/messages", body, ("Idempotency-Key", key ?? $"key-{++keys}"));

    public async Task<Id<Message>> WriteAsync(Talk talk, string text, object? body = null)
    {
        var answer = (await PostAsync(talk, body ?? new { text })).Is(HttpStatusCode.OK);
        return new(answer["id"].GetGuid());
    }

    /// <summary>Sends whatever may go now.</summary>
    public Task RunAsync() => Braid.Services.GetRequiredService<OutboundHost>().DrainAsync(CancellationToken.None);

    public async Task RunAfterAsync(TimeSpan time)
    {
        Braid.Clock.Advance(time);
        await RunAsync();
    }

    public Task<Message> MessageAsync(Id<Message> id) => Braid.WithDbAsync(db => db.Set<Message>().AsNoTracking().SingleAsync(m => m.Id == id));

    public async Task<SendStatus?> StatusAsync(Id<Message> id) => (await MessageAsync(id)).Status;

    public Task<Send?> SendAsync(Id<Message> id) => Braid.WithDbAsync(db => db.Set<Send>().AsNoTracking().SingleOrDefaultAsync(s => s.MessageId == id));

    public Task<Inbox> InboxAsync(Talk talk) => Braid.WithDbAsync(db => db.Set<Inbox>().AsNoTracking().SingleAsync(i => i.Id == talk.Thread.InboxId));

    public ValueTask DisposeAsync() => Braid.DisposeAsync();
}
