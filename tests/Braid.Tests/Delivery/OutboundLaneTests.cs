using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Delivery;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Leases;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using System.Text.Json;

namespace Braid.Tests.Delivery;

public class OutboundLaneTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_thread_keeps_its_order_while_others_pass(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var inbox = await outbox.Seed.InboxAsync("scripted");
        var (maya, ben) = (await outbox.TalkAsync("Maya", inbox), await outbox.TalkAsync("Ben", inbox));
        outbox.Provider.Results.Enqueue(new SendResult.Retry("busy", TimeSpan.FromSeconds(30)));
        var first = await outbox.WriteAsync(maya, "one");
        await outbox.WriteAsync(maya, "two");
        await outbox.RunAsync();
        await outbox.WriteAsync(ben, "else");
        await outbox.WriteAsync(maya, "three");
        await outbox.RunAsync();
        outbox.Provider.Texts.ShouldBe(["one", "else"], "two and three wait for one");
        ((await outbox.StatusAsync(first)), (await outbox.MessageAsync(first)).StatusReason).ShouldBe((SendStatus.Queued, "busy"));
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(31));
        outbox.Provider.Texts.ShouldBe(["one", "else", "one", "two", "three"]);
        outbox.Provider.Calls.Select(c => c.Attempt).ShouldBe([1, 1, 2, 1, 1]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Retry_after_is_honoured_for_the_whole_inbox_to_the_second(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var inbox = await outbox.Seed.InboxAsync("scripted");
        var (maya, ben) = (await outbox.TalkAsync("Maya", inbox), await outbox.TalkAsync("Ben", inbox));
        outbox.Provider.Results.Enqueue(new SendResult.Retry("too many", TimeSpan.FromSeconds(20)) { WholeInbox = true });
        await outbox.WriteAsync(maya, "one");
        await outbox.RunAsync();
        await outbox.WriteAsync(ben, "two");
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(19.5));
        outbox.Provider.Texts.ShouldBe(["one"]);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(1));
        outbox.Provider.Texts.Order().ShouldBe(["one", "one", "two"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task After_ten_troubles_the_breaker_opens_and_one_message_tries(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var inbox = await outbox.Seed.InboxAsync("scripted");
        outbox.Provider.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Retry("down", TimeSpan.Zero) { ProviderDown = true });
        for (var i = 0; i < 3; i++) { await outbox.WriteAsync(await outbox.TalkAsync($"Person {i}", inbox), "hi"); }
        await outbox.RunAsync();
        // Those already on their way when the tenth failed may still end.
        outbox.Provider.Calls.Count.ShouldBeInRange(10, 12);
        var before = outbox.Provider.Calls.Count;
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(29));
        outbox.Provider.Calls.Count.ShouldBe(before);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(2));
        outbox.Provider.Calls.Count.ShouldBe(before + 1, "one probe");
        outbox.Provider.Answer = null;
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(61));
        outbox.Provider.Calls.Count.ShouldBe(before + 4, "the probe, then all");
        (await outbox.Braid.WithDbAsync(db => db.Set<Send>().CountAsync())).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_rate_of_the_provider_is_kept(string engine)
    {
        var provider = new ScriptedChannel();
        provider.Descriptor = provider.Descriptor with { Limits = new() { SendsPerSecond = 2 } };
        await using var outbox = await Outbox.StartAsync(engine, provider);
        var talk = await outbox.TalkAsync();
        for (var i = 0; i < 6; i++) { await outbox.WriteAsync(talk, $"{i}"); }
        await outbox.RunAsync();
        provider.Calls.Count.ShouldBe(2);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(0.6));
        provider.Calls.Count.ShouldBe(3);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(60));
        provider.Texts.ShouldBe(["0", "1", "2", "3", "4"], "at most one second's worth at once");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_message_nobody_takes_for_a_day_fails_with_the_reason_and_can_be_sent_again(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        outbox.Provider.Answer = (_, _) => Task.FromResult<SendResult>(new SendResult.Retry("full"));
        var id = await outbox.WriteAsync(talk, "hi");
        await outbox.RunAsync();
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Queued);
        var yesterday = outbox.Seed.Now.AddHours(-24);
        await outbox.Braid.WithDbAsync(db => db.Set<Send>().ExecuteUpdateAsync(set => set.SetProperty(s => s.CreatedAt, yesterday)));
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(7));

        var failed = await outbox.MessageAsync(id);
        (failed.Status, failed.StatusReason).ShouldBe((SendStatus.Failed, "Given up after a day of trying: full"));
        outbox.Provider.Answer = null;
        (await outbox.Braid.Api.PostJsonAsync($"/messages/{id}/retry")).Is(HttpStatusCode.OK).Text("status").ShouldBe("queued");
        await outbox.RunAsync();
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Sent);
        (await outbox.Braid.Api.PostJsonAsync($"/messages/{id}/retry")).Refused(HttpStatusCode.Conflict, "not_failed");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_crash_during_the_call_leaves_it_to_the_agent_and_others_wait_two_minutes(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "one");
        await CrashDuringCallAsync(outbox, id);
        await outbox.WriteAsync(talk, "two");

        await outbox.RunAsync();
        outbox.Provider.Calls.ShouldBeEmpty("nothing is sent twice without knowing");
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Unconfirmed);
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(121));
        outbox.Provider.Texts.ShouldBe(["two"]);

        (await outbox.Braid.Api.PostJsonAsync($"/messages/{id}/confirm", new { arrived = false })).Is(HttpStatusCode.OK).Text("status").ShouldBe("queued");
        await outbox.RunAsync();
        outbox.Provider.Texts.ShouldBe(["two", "one"]);
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Sent);
        (await outbox.Braid.Api.PostJsonAsync($"/messages/{id}/confirm", new { arrived = true })).Refused(HttpStatusCode.Conflict, "not_unconfirmed");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_crash_is_harmless_where_the_provider_knows_our_key(string engine)
    {
        var provider = new ScriptedChannel();
        provider.Descriptor = provider.Descriptor with { WhenUnknown = UnknownSend.Repeat };
        await using var outbox = await Outbox.StartAsync(engine, provider);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "one");
        provider.Results.Enqueue(new SendResult.Unknown("no answer"));
        await outbox.RunAsync();
        await outbox.RunAfterAsync(TimeSpan.FromSeconds(7));
        provider.Texts.ShouldBe(["one", "one"]);
        provider.Calls.Select(c => c.IdempotencyKey).Distinct().Count().ShouldBe(1);
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Sent);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_result_that_comes_after_the_lane_was_given_up_still_counts_but_never_over_a_newer_attempt(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "one");
        var attempt = await CrashDuringCallAsync(outbox, id);
        await outbox.RunAsync();
        (await SettleAsync(outbox, talk, attempt, new Settlement.Sent(new("ext-9")))).ShouldBeTrue();
        ((await outbox.MessageAsync(id)).Status, (await outbox.MessageAsync(id)).ExternalId).ShouldBe((SendStatus.Sent, "ext-9"));

        var other = await outbox.WriteAsync(talk, "two");
        var stale = await CrashDuringCallAsync(outbox, other);
        await outbox.RunAsync();
        await outbox.Braid.Api.PostJsonAsync($"/messages/{other}/confirm", new { arrived = false });
        await CrashDuringCallAsync(outbox, other);
        (await SettleAsync(outbox, talk, stale, new Settlement.Failed(FailureKind.Other, "no", null))).ShouldBeFalse();
        (await outbox.SendAsync(other))!.State.ShouldBe(SendState.Calling);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Refused_credentials_stop_the_inbox_until_they_are_changed_and_keep_its_queue(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        outbox.Provider.Results.Enqueue(new SendResult.Failed(FailureKind.Credentials, "The token was refused."));
        var id = await outbox.WriteAsync(talk, "one");
        await outbox.RunAsync();
        await outbox.WriteAsync(talk, "two");
        await outbox.RunAfterAsync(TimeSpan.FromMinutes(2));
        outbox.Provider.Calls.Count.ShouldBe(1);
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Queued);
        (await outbox.InboxAsync(talk)).Trouble.ShouldBe("Can't send: The token was refused.");

        await outbox.Braid.WithDbAsync(db => db.Set<Inbox>().Where(i => i.Id == talk.Thread.InboxId).ExecuteUpdateAsync(set => set.SetProperty(i => i.Settings, "new token")));
        await outbox.RunAsync();
        outbox.Provider.Texts.ShouldBe(["one", "one", "two"]);
        (await outbox.InboxAsync(talk)).Trouble.ShouldBeNull();
        (await outbox.Braid.WithDbAsync(db => db.Set<InboxLogEntry>().OrderBy(e => e.At).Select(e => e.Text).ToListAsync())).ShouldBe(["Can't send: The token was refused.", "Sending works again."], ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_person_who_can_no_longer_be_reached_is_marked(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        outbox.Provider.Results.Enqueue(new SendResult.Failed(FailureKind.Unreachable, "They blocked us.", "403"));
        var id = await outbox.WriteAsync(talk, "one");
        await outbox.RunAsync();
        var message = await outbox.MessageAsync(id);
        (message.Status, message.Failure, message.StatusReason).ShouldBe((SendStatus.Failed, FailureKind.Unreachable, "They blocked us. (403)"));
        (await outbox.Braid.WithDbAsync(db => db.Set<Identity>().SingleAsync(i => i.Id == talk.Identity.Id))).Unreachable.ShouldBe("They blocked us.");
        (await outbox.PostAsync(talk, new { text = "two" })).Refused(HttpStatusCode.Conflict, "unreachable");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task The_window_is_asked_again_when_the_message_goes(string engine)
    {
        var provider = new ScriptedChannel();
        provider.Descriptor = provider.Descriptor with { ReplyWindow = TimeSpan.FromMinutes(10) };
        await using var outbox = await Outbox.StartAsync(engine, provider);
        var talk = await outbox.TalkAsync();
        var id = await outbox.WriteAsync(talk, "slow");
        await outbox.RunAfterAsync(TimeSpan.FromMinutes(10));
        provider.Calls.ShouldBeEmpty();
        ((await outbox.MessageAsync(id)).Status, (await outbox.MessageAsync(id)).Failure).ShouldBe((SendStatus.Failed, FailureKind.WindowClosed));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_receipt_faster_than_the_answer_raises_the_status_with_it(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var talk = await outbox.TalkAsync();
        foreach (var (status, at) in new[] { ("read", 1), ("delivered", 2) })
        {
            await outbox.Seed.SaveAsync(new WaitingChange
            {
                WorkspaceId = outbox.Seed.Workspace, InboxId = talk.Thread.InboxId, TargetKey = "ext-1", DeliveryId = Guid.NewGuid(), ArrivedAt = outbox.Seed.Now.AddSeconds(at),
                Event = JsonSerializer.Serialize(new InboundEvent(InboundKind.Status) { TargetKey = "ext-1", Status = status }, JsonSerializerOptions.Web),
            });
        }

        var id = await outbox.WriteAsync(talk, "hi");
        await outbox.RunAsync();
        (await outbox.StatusAsync(id)).ShouldBe(SendStatus.Read);
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["message.queued", "message.sent"]);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Running_lanes_send_by_themselves_when_something_is_queued(string engine)
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = new ScriptedChannel();
        provider.Answer = (message, _) =>
        {
            arrived.TrySetResult(message.Text);
            return Task.FromResult<SendResult>(provider.Accepted());
        };
        await using var outbox = await Outbox.StartAsync(engine, provider, roles: "web,worker");
        var talk = await outbox.TalkAsync();
        using var news = new Awaited(outbox.Braid, outbox.Seed.Workspace);
        var id = await outbox.WriteAsync(talk, "now");
        (await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("now");
        await news.UntilAsync(async () => await outbox.StatusAsync(id) == SendStatus.Sent);
    }

    /// <summary>What a node that died in the middle of a call leaves behind: the attempt, under a lease that is no longer held.</summary>
    private static async Task<Attempt> CrashDuringCallAsync(Outbox outbox, Id<Message> id)
    {
        await using var scope = outbox.Braid.Services.CreateAsyncScope();
        var send = (await outbox.SendAsync(id))!;
        var leases = scope.ServiceProvider.GetRequiredService<LeaseStore>();
        var lease = (await leases.TryAcquireAsync(OutboundHost.LeaseOf(send.InboxId), LeaseKeeper.Length, CancellationToken.None))!;
        var attempt = (await scope.ServiceProvider.GetRequiredService<SendStore>().BeginAsync([send], lease, CancellationToken.None)).Single();
        await leases.ReleaseAsync(lease, CancellationToken.None);
        return attempt;
    }

    private static async Task<bool> SettleAsync(Outbox outbox, Talk talk, Attempt attempt, Settlement settlement)
    {
        await using var scope = outbox.Braid.Services.CreateAsyncScope();
        var inbox = (await scope.ServiceProvider.GetRequiredService<IInboxDirectory>().FindAsync(talk.Thread.InboxId, CancellationToken.None))!;
        return await scope.ServiceProvider.GetRequiredService<SettleSend>().RunAsync(attempt, inbox, settlement, CancellationToken.None);
    }
}
