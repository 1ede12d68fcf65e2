using System.Globalization;
using System.Net;
using Braid.Channels;
using Braid.Conversations;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Files;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Braid.Tests.Conversations;

public class ReadConversationTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Threads_say_whether_they_can_be_answered_and_the_customer_where_else(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (whatsapp, mail, off) = (await seed.InboxAsync("whatsapp"), await seed.InboxAsync("email"), await seed.InboxAsync("telegram", enabled: false));
        var maya = await seed.CustomerAsync("Maya");
        var talk = await seed.TalkAsync(maya, whatsapp, address: "+65 8123 4455");
        await seed.TalkAsync(maya, off, into: talk.Conversation);
        await seed.SaysAsync(talk, "old", seed.Now.AddHours(-25));
        await seed.SaveAsync(new CustomerKey { WorkspaceId = seed.Workspace, CustomerId = maya.Id, Kind = KeyKind.Email, Value = "maya@example.org", Proven = true, CreatedAt = seed.Now });
        await seed.SaveAsync(new CustomerKey { WorkspaceId = seed.Workspace, CustomerId = maya.Id, Kind = KeyKind.Email, Value = "stated@example.org", CreatedAt = seed.Now });
        await seed.SaveAsync(new CustomerKey { WorkspaceId = seed.Workspace, CustomerId = maya.Id, Kind = KeyKind.Phone, Value = "+6581234455", Proven = true, CreatedAt = seed.Now });

        var detail = await braid.Api.ReadAsync($"/conversations/{talk.Id}");

        var threads = detail.Items("threads").ToDictionary(t => t.Text("channel")!, t => t.GetProperty("send"));
        (threads["whatsapp"].Text("code"), threads["whatsapp"].GetProperty("templates").GetBoolean()).ShouldBe(("window_closed", true));
        threads["telegram"].Text("code").ShouldBe("inbox_disabled");
        var reachable = detail.Items("reachable").Select(r => (r.Text("channel"), r.Text("address"), r.GetProperty("ok").GetBoolean(), r.Text("code"), Thread: r.Text("threadId") is not null)).ToList();
        reachable.ShouldBe(
            [("whatsapp", "+65 8123 4455", false, "window_closed", true), ("email", "maya@example.org", true, null, false), ("email", "stated@example.org", false, "identity_unverified", false)],
            ignoreOrder: true);

        await seed.SaysAsync(talk, "new", seed.Now.AddHours(-1));
        var open = (await braid.Api.ReadAsync($"/conversations/{talk.Id}")).Items("threads").Single(t => t.Text("channel") == "whatsapp").GetProperty("send");
        open.GetProperty("ok").GetBoolean().ShouldBeTrue();
        DateTimeOffset.Parse(open.Text("windowUntil")!, CultureInfo.InvariantCulture).ShouldBe(seed.Now.AddHours(23).AddMinutes(-1), TimeSpan.FromSeconds(1));
        _ = mail;
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_unproven_mail_is_answered_to_the_known_address_alone(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (mail, telegram) = (await seed.InboxAsync("email"), await seed.InboxAsync("telegram"));
        var maya = await seed.CustomerAsync("Maya");
        await seed.TalkAsync(maya, telegram);
        var doubtful = await seed.TalkAsync(maya, mail, verified: false, address: "maya@example.org");
        await seed.SaveAsync(new Participant { WorkspaceId = seed.Workspace, ThreadId = doubtful.Thread.Id, CustomerId = maya.Id, ExternalId = "mallory@evil.example", Address = "mallory@evil.example", FirstSeenAt = seed.Now });

        var detail = await braid.Api.ReadAsync($"/conversations/{doubtful.Id}");
        detail.GetProperty("senderUnverified").GetBoolean().ShouldBeTrue();
        detail.Items("threads").ShouldHaveSingleItem().GetProperty("send").Texts("address", "readers").ShouldBe(["maya@example.org"]);
        detail.Items("reachable").ShouldHaveSingleItem().Text("address").ShouldBe("maya@example.org");

        var nowhere = await seed.TalkAsync(maya, mail, verified: false);
        (await braid.Api.ReadAsync($"/conversations/{nowhere.Id}")).Items("threads")[0].GetProperty("send").Text("code").ShouldBe("identity_unverified");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_shared_thread_names_its_readers_and_reaches_nowhere_else(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var maya = await seed.CustomerAsync("Maya");
        var kim = await seed.CustomerAsync("Kim");
        await seed.TalkAsync(maya, await seed.InboxAsync("telegram"));
        var group = await seed.TalkAsync(maya, await seed.InboxAsync("email"), audience: Audience.Shared, address: "maya@example.org");
        await seed.SaveAsync(new Participant { WorkspaceId = seed.Workspace, ThreadId = group.Thread.Id, CustomerId = kim.Id, ExternalId = "kim@example.org", Name = "Kim", Address = "kim@example.org", FirstSeenAt = seed.Now });

        var detail = await braid.Api.ReadAsync($"/conversations/{group.Id}");
        detail.Items("threads")[0].GetProperty("send").Texts("address", "readers").ShouldBe(["maya@example.org", "kim@example.org"]);
        detail.Texts("name", "participants").ShouldBe(["Kim"]);
        detail.Items("reachable").ShouldHaveSingleItem().Text("threadId").ShouldBe(group.Thread.Id.ToString());
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Messages_come_newest_first_by_the_providers_time_with_all_that_hangs_on_them(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("telegram"));
        var at = seed.Now.AddMinutes(-10);
        var b = await seed.SaysAsync(talk, "b", at);
        var a = await seed.SaysAsync(talk, "a", at.AddMinutes(-1));
        var file = new StoredFile { WorkspaceId = seed.Workspace, Hash = "00", Name = "a.png", ContentType = "image/png", CreatedAt = seed.Now };
        await seed.SaveAsync(file);
        var c = await seed.PutAsync(talk, new Message
        {
            WorkspaceId = seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = talk.Thread.InboxId, Direction = Direction.In, AuthorKind = AuthorKind.Customer,
            AuthorName = "Maya", Text = "c2", ReplyToId = a.Id, EditedAt = seed.Now, SentAt = at, ReceivedAt = seed.Now, Extras = new MessageExtras { Payload = "yes" }.ToJson(),
        }, new Attachment { Kind = AttachmentKind.Image, State = AttachmentState.Ready, FileId = file.Id, Name = "a.png" }, new Attachment { Kind = AttachmentKind.Location, Facts = """{"latitude":"1.3"}""" });
        await seed.SaveAsync(
            new MessageVersion { WorkspaceId = seed.Workspace, MessageId = c.Id, At = at, Text = "c" },
            new Reaction { WorkspaceId = seed.Workspace, MessageId = c.Id, ActorId = "1", Emoji = "👍", ActorName = "Maya", At = at });
        await seed.PutAsync(talk, new Message { WorkspaceId = seed.Workspace, ConversationId = talk.Conversation.Id, Direction = Direction.Out, Kind = MessageKind.Note, AuthorKind = AuthorKind.Agent, AuthorName = "Ana", Text = "note", SentAt = seed.Now, ReceivedAt = seed.Now });
        await seed.PutAsync(talk, new Message { WorkspaceId = seed.Workspace, ConversationId = talk.Conversation.Id, ThreadId = talk.Thread.Id, InboxId = talk.Thread.InboxId, Text = "regret", DeletedAt = seed.Now, SentAt = at.AddMinutes(-2), ReceivedAt = seed.Now });

        var first = await braid.Api.ReadAsync($"/conversations/{talk.Id}/messages?limit=2");
        var rest = await braid.Api.ReadAsync($"/conversations/{talk.Id}/messages?limit=3&before={first.Text("nextCursor")}");
        first.Texts("text").Concat(rest.Texts("text")).ShouldBe(["note", "c2", "b", "a", null]);
        rest.Text("nextCursor").ShouldBeNull();
        var (note, full, gone) = (first.Items()[0], first.Items()[1], rest.Items()[2]);
        (note.GetProperty("private").GetBoolean(), note.Text("channel"), note.Text("kind")).ShouldBe((true, null, "note"));
        full.GetProperty("replyTo").Text("text").ShouldBe("a");
        full.Texts("kind", "attachments").ShouldBe(["image", "location"]);
        full.Items("attachments")[0].Text("url").ShouldBe($"/api/v1/files/{file.Id}");
        full.Items("attachments")[1].GetProperty("facts").Text("latitude").ShouldBe("1.3");
        full.Items("reactions").ShouldHaveSingleItem().Text("emoji").ShouldBe("👍");
        full.Items("versions").ShouldHaveSingleItem().Text("text").ShouldBe("c");
        (full.Text("payload"), full.Text("channel"), full.GetProperty("author").Text("kind"), full.Text("direction")).ShouldBe(("yes", "telegram", "customer", "in"));
        (gone.Text("text"), gone.Text("deletedAt") is null).ShouldBe((null, false));
        full.GetProperty("seq").GetInt64().ShouldBeGreaterThan(b.Seq);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_mails_page_can_run_nothing_and_calls_nobody(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), configure: b =>
        {
            Seed.Inboxes(b);
            b.Services.Replace(ServiceDescriptor.Singleton<IHtmlSanitizer, Marking>());
        });
        var seed = await Seed.OwnersAsync(braid);
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya"), await seed.InboxAsync("email"));
        var file = new StoredFile { WorkspaceId = seed.Workspace, Hash = "00", Name = "logo.png", ContentType = "image/png", CreatedAt = seed.Now };
        await seed.SaveAsync(file);
        var mail = await seed.PutAsync(
            talk, new Message { WorkspaceId = seed.Workspace, ConversationId = talk.Conversation.Id, InboxId = talk.Thread.InboxId, ThreadId = talk.Thread.Id, Html = "<b>hi</b>", SentAt = seed.Now, ReceivedAt = seed.Now },
            new Attachment { Kind = AttachmentKind.Image, State = AttachmentState.Ready, FileId = file.Id, ContentId = "logo" });
        var plain = await seed.SaysAsync(talk, "no html");

        foreach (var (query, pictures) in new[] { ("", false), ("?pictures=1", true) })
        {
            using var answer = await braid.Api.GetAsync(new Uri($"/api/v1/messages/{mail.Id}/html{query}", UriKind.Relative));
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
            var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
            policy.ShouldStartWith("default-src 'none'; img-src data: 'self'" + (pictures ? " https:;" : ";"));
            policy.ShouldContain("sandbox");
            policy.ShouldNotContain("script");
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"[{pictures} logo=/api/v1/files/{file.Id}]<b>hi</b>");
        }

        await braid.Api.ReadAsync($"/messages/{plain.Id}/html", HttpStatusCode.NotFound);
    }

    private sealed class Marking : IHtmlSanitizer
    {
        public string Sanitise(string html, bool pictures, IReadOnlyDictionary<string, string> inline) => $"[{pictures} {string.Join(' ', inline.Select(i => $"{i.Key}={i.Value}"))}]{html}";
    }
}
