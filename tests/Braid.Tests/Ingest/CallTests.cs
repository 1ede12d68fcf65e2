using Braid.Accounts;
using Braid.Calls;
using Braid.Channels;
using Braid.Conversations;
using Braid.Platform.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Ingest;

/// <summary>Calls: one message that changes as the call goes on, in any order of the reports; and who is rung.</summary>
public class CallTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task In_any_order_of_reports_the_call_ends_the_same(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, settings: ("Braid:Roles", "web"));
        var inbox = spine.Inbox();
        InboundEvent[] reports =
        [
            State("inProgress", 1), State("completed", 61) with { Extra = new Dictionary<string, string> { ["durationSeconds"] = "60" } },
            new(InboundKind.Recording) { ExternalId = "RE1", TargetKey = "CA1", ThreadId = "+4930", Attachments = [new(AttachmentKind.Audio) { MediaRef = "RE1" }] },
            new(InboundKind.Transcription) { ExternalId = "TR1", TargetKey = "CA1", ThreadId = "+4930", Text = "My parcel is lost." },
        ];
        await spine.WritesAsync(inbox, Rings("CA1"));
        foreach (var report in reports.Reverse()) { await spine.WritesAsync(inbox, report); }
        await spine.WritesAsync(inbox, reports[2]);

        var call = (await spine.MessagesAsync()).ShouldHaveSingleItem();
        call.Kind.ShouldBe(MessageKind.Call);
        MessageExtras.Parse(call.Extras).Call.ShouldNotBeNull().ShouldSatisfyAllConditions(
            c => c.State.ShouldBe("completed"), c => c.Seconds.ShouldBe(60), c => c.Transcript.ShouldBe("My parcel is lost."), c => c.AnsweredAt.ShouldNotBeNull(), c => c.EndedAt.ShouldNotBeNull());
        (await spine.Braid.WithDbAsync(db => db.Set<Attachment>().CountAsync())).ShouldBe(1, "a recording told twice is one");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_call_rings_the_agent_who_has_the_customer_else_all_who_are_here_else_takes_a_message(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, settings: ("Braid:Roles", "web"));
        var inbox = spine.Inbox();
        await spine.WritesAsync(inbox, Rings("CA1"));
        (await AskAsync(spine, inbox, "CA1")).ShouldBeOfType<CallPlan.Voicemail>();

        await AgentAsync(spine, "ana", "+6581234567");
        var ben = await AgentAsync(spine, "ben", "sip:ben@example.org");
        (await AskAsync(spine, inbox, "CA1")).ShouldBeOfType<CallPlan.Ring>().Targets.ShouldBe(
            [new(CallTargetKind.Phone, "+6581234567"), new(CallTargetKind.Sip, "sip:ben@example.org")], ignoreOrder: true);

        var conversation = (await spine.ConversationsAsync()).Single();
        await spine.ChangeAsync(conversation.Id, c => c.AssignTo(ben));
        (await AskAsync(spine, inbox, "CA1")).ShouldBeOfType<CallPlan.Ring>().Targets.ShouldHaveSingleItem().Kind.ShouldBe(CallTargetKind.Sip);
        var rung = (await spine.EventsAsync()).Last(e => e.Kind == "call.ringing");
        (rung.ConversationId, rung.Data).ShouldBe((conversation.Id.Value, $$"""{"agents":"{{ben}}"}"""));

        (await AskAsync(spine, inbox, "CA1", unanswered: true)).ShouldBeOfType<CallPlan.Voicemail>();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_caller_for_whom_nothing_can_be_planned_is_asked_to_leave_a_message(string engine)
    {
        await using var spine = await Spine.StartAsync(engine, services: s => s.AddScoped<CallDesk>(_ => throw new InvalidOperationException("the database went away just now")), settings: ("Braid:Roles", "web"));
        using var ringing = Braid.Testing.ScriptChannel.Delivery(spine.Inbox().Id.Value, [Rings("CA1")]);
        ringing.Headers.Add("X-Script-Call", "CA1");
        using var answer = await spine.Braid.Api.SendAsync(ringing, TestContext.Current.CancellationToken);
        (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe((System.Net.HttpStatusCode.OK, nameof(CallPlan.Voicemail)));
    }

    [Fact]
    public async Task An_agent_takes_calls_in_the_browser_of_inboxes_they_may_see()
    {
        await using var braid = await Braid.Testing.TestBraid.StartAsync(Braid.Testing.TestEngine.Sqlite);
        var settings = new { accountSid = "AC" + new string('1', 32), authToken = "t", phoneNumber = "+4930550170", apiKeySid = "SK" + new string('2', 32), apiKeySecret = "the key's secret" };
        var inbox = (await braid.Api.PostJsonAsync("/inboxes", new { channel = "voice", name = "Hotline", settings })).Is(System.Net.HttpStatusCode.Created);
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "voice", name = "No browser", settings = new { settings.accountSid, settings.authToken, phoneNumber = "+4930550171" } })).Is(System.Net.HttpStatusCode.Created);
        (await braid.Api.PostJsonAsync("/inboxes", new { channel = "voice", name = "Half a key", settings = new { settings.accountSid, settings.authToken, phoneNumber = "+4930550172", settings.apiKeySid } })).Refused(System.Net.HttpStatusCode.UnprocessableEntity, "invalid");

        var phones = (await braid.Api.PostJsonAsync("/calls/phones")).Is(System.Net.HttpStatusCode.OK);
        var line = phones["items"].EnumerateArray().ShouldHaveSingleItem();
        (line.GetProperty("inboxName").GetString(), line.GetProperty("inboxId").GetString()).ShouldBe(("Hotline", inbox.Text("id")));
        phones.Text("callAddress").ShouldStartWith("client:agent_");

        // What Twilio reads: the key signs, the account is the subject, and the grant names this client alone.
        var parts = line.GetProperty("token").GetString()!.Split('.');
        var signature = System.Security.Cryptography.HMACSHA256.HashData("the key's secret"u8, System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        parts[2].ShouldBe(System.Buffers.Text.Base64Url.EncodeToString(signature));
        var claims = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).RootElement;
        (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString()).ShouldBe((settings.apiKeySid, settings.accountSid));
        ("client:" + claims.GetProperty("grants").GetProperty("identity").GetString()).ShouldBe(phones.Text("callAddress"));
        claims.GetProperty("grants").GetProperty("voice").GetProperty("incoming").GetProperty("allow").GetBoolean().ShouldBeTrue();
        (claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()).ShouldBe(3600);
        System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0])).ShouldContain("twilio-fpa;v=1");
    }

    private static InboundEvent Rings(string id) => new(InboundKind.Call)
    {
        ExternalId = id, ThreadId = "+4930", Status = "ringing", Sender = new Sender("+4930") { Address = "+4930", Verified = false },
    };

    private static InboundEvent State(string status, int seconds) => new(InboundKind.Status)
    {
        ExternalId = "CA1", TargetKey = "CA1", Status = status, Timestamp = new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero).AddSeconds(seconds),
    };

    private static async Task<CallPlan> AskAsync(Spine spine, Braid.Inboxes.ConnectedInbox inbox, string call, bool unanswered = false)
    {
        await using var scope = spine.Braid.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CallDesk>().AnswerAsync(inbox, new(call, "+4930", unanswered), default);
    }

    private static async Task<Id<Agent>> AgentAsync(Spine spine, string name, string address) => await spine.Braid.WithDbAsync(async db =>
    {
        var user = new User { Email = $"{name}@here.example", PasswordHash = "x", CreatedAt = spine.Now };
        var agent = new Agent { WorkspaceId = spine.Workspace, UserId = user.Id, Name = name, Email = user.Email, State = AgentState.Active, CallAddress = address, CreatedAt = spine.Now };
        db.AddRange(user, agent, new Session { SecretHash = name, UserId = user.Id, CreatedAt = spine.Now, LastSeenAt = spine.Now, ExpiresAt = spine.Now.AddDays(1) });
        await db.SaveChangesAsync();
        return agent.Id;
    });
}
