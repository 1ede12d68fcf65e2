using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Inboxes;

/// <summary>Short-lived tokens: renewed once, whoever asks and wherever; a rotated refresh token is never used twice.</summary>
public class KeptTokensTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Many_callers_on_two_nodes_renew_once_and_each_refresh_token_is_used_once(string engine)
    {
        await using var braid = await TestChannel.StartAsync(engine);
        await using var beside = engine == "postgres" ? await TestChannel.StartAsync(engine, connectionString: braid.ConnectionString) : null;
        var inbox = await InboxAsync(braid);
        var used = new List<string?>();
        async Task<KeptToken> Renew(KeptToken? last, CancellationToken ct)
        {
            await Task.Yield();
            lock (used) { used.Add(last?.RefreshToken); }
            return new($"access-{used.Count}", DateTimeOffset.MaxValue) { RefreshToken = $"refresh-{used.Count}" };
        }

        IKeptTokens[] nodes = [.. new[] { braid, beside }.OfType<TestBraid>().Select(b => b.Services.GetRequiredService<KeptTokens>().Of(inbox))];
        var got = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => nodes[i % nodes.Length].GetAsync("api", Renew, default))));

        got.ShouldAllBe(t => t.Value == "access-1");
        used.ShouldBe([null]);

        nodes[0].Forget("api", got[0]);
        (await nodes[0].GetAsync("api", Renew, default)).Value.ShouldBe("access-2");
        used.ShouldBe([null, "refresh-1"]);
        (await braid.WithDbAsync(db => db.Set<InboxToken>().AsNoTracking().SingleAsync())).Value.ShouldNotContain("refresh-2", customMessage: "encrypted");
    }

    [Fact]
    public async Task A_kept_token_outlives_a_restart_and_ends_with_its_settings()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var inbox = await InboxAsync(braid);
        var renewals = 0;
        Task<KeptToken> Renew(KeptToken? last, CancellationToken ct) => Task.FromResult(new KeptToken($"t{++renewals}", null) { RefreshToken = last?.Value });
        (await braid.Services.GetRequiredService<KeptTokens>().Of(inbox).GetAsync("api", Renew, default)).Value.ShouldBe("t1");

        var again = ActivatorUtilities.CreateInstance<KeptTokens>(braid.Services);
        (await again.Of(inbox).GetAsync("api", Renew, default)).Value.ShouldBe("t1", "read from the database");
        var changed = inbox with { Settings = new TestChannel.TestSettings { Token = "another" } };
        var fresh = await again.Of(changed).GetAsync("api", Renew, default);
        (fresh.Value, fresh.RefreshToken).ShouldBe(("t2", null));
    }

    [Fact]
    public async Task A_refused_renewal_is_told_and_nothing_is_kept()
    {
        await using var braid = await TestChannel.StartAsync("sqlite");
        var tokens = braid.Services.GetRequiredService<KeptTokens>().Of(await InboxAsync(braid));
        await Should.ThrowAsync<TokenRefusedException>(() => tokens.GetAsync("api", (_, _) => throw new TokenRefusedException("The sign-in ended.", "Sign in again."), default));
        (await braid.WithDbAsync(db => db.Set<InboxToken>().CountAsync())).ShouldBe(0);
    }

    private static async Task<ConnectedInbox> InboxAsync(TestBraid braid)
    {
        var made = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "test", name = "S", settings = new { token = "t" } })).Is(System.Net.HttpStatusCode.Created);
        return (await braid.Services.GetRequiredService<IInboxDirectory>().FindAsync(Id<Inbox>.Parse(made.Text("id"), null), default))!;
    }
}
