using System.Net;
using Braid.Conversations;
using Braid.Customers;
using Braid.Tests.Testing;

namespace Braid.Tests.Conversations;

/// <summary>What belongs to another workspace does not exist, and nothing is shown to somebody who is not signed in.</summary>
public class TenantWallTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Another_workspaces_token_finds_nothing_and_a_stranger_is_turned_away(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("email"));
        var message = await seed.PutAsync(talk, new Message
        {
            WorkspaceId = seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = talk.Thread.InboxId, Html = "<p>hi</p>", SentAt = seed.Now, ReceivedAt = seed.Now,
        });
        var customer = talk.Conversation.CustomerId;
        var strangers = await Seed.StrangersAsync(braid);
        var (eve, eves, _) = await strangers.AgentAsync("Eve", Braid.Accounts.Role.Owner);
        using var nobody = braid.Client(null);

        (string Path, HttpMethod Method, object? Body)[] calls =
        [
            ($"/conversations/{talk.Id}", HttpMethod.Get, null), ($"/conversations/{talk.Id}/messages", HttpMethod.Get, null), ($"/conversations/{talk.Id}/activities", HttpMethod.Get, null),
            ($"/conversations/{talk.Id}/assign", HttpMethod.Post, new { agentId = eve.Id.Value }), ($"/conversations/{talk.Id}/resolve", HttpMethod.Post, new { }),
            ($"/conversations/{talk.Id}/reopen", HttpMethod.Post, new { }), ($"/conversations/{talk.Id}/snooze", HttpMethod.Post, new { until = seed.Now.AddHours(1) }),
            ($"/conversations/{talk.Id}/read", HttpMethod.Post, new { }), ($"/conversations/{talk.Id}/unread", HttpMethod.Post, new { }), ($"/messages/{message.Id}/html", HttpMethod.Get, null),
            ($"/customers/{customer}", HttpMethod.Get, null), ($"/customers/{customer}", HttpMethod.Patch, new { name = "Eve's" }), ($"/customers/{customer}/keys", HttpMethod.Post, new { kind = "email", value = "eve@example.org" }),
            ($"/customers/{customer}/keys/{Guid.NewGuid()}", HttpMethod.Delete, null), ($"/customers/{customer}/conversations", HttpMethod.Get, null), ($"/customers/{customer}/timeline", HttpMethod.Get, null),
            ($"/customers/{customer}/notes", HttpMethod.Get, null), ($"/customers/{customer}/notes", HttpMethod.Post, new { text = "x" }), ($"/customers/{customer}/notes/{Guid.NewGuid()}", HttpMethod.Delete, null),
        ];
        foreach (var (path, method, body) in calls)
        {
            (await eves.SendAsync(path, body, HttpStatusCode.NotFound, method)).Text("code").ShouldBe("not_found", path);
            (await nobody.SendAsync(path, body, HttpStatusCode.Unauthorized, method)).Text("code").ShouldBe("signed_out", path);
        }

        foreach (var list in new[] { "/conversations?status=any", "/customers", "/customers?q=maya" })
        {
            (await eves.ReadAsync(list)).Items().ShouldBeEmpty();
            await nobody.ReadAsync(list, HttpStatusCode.Unauthorized);
        }

        (await eves.ReadAsync("/conversations/counts")).GetProperty("all").GetInt32().ShouldBe(0);
        var after = await seed.ConversationAsync(talk.Conversation.Id);
        (after.Status, after.AssigneeId, after.Version).ShouldBe((ConversationStatus.Open, null, 0));
        (await seed.EventsAsync(talk.Id)).ShouldBeEmpty();
        (await braid.Api.ReadAsync($"/customers/{customer}")).Text("name").ShouldBe("Maya");
    }
}
