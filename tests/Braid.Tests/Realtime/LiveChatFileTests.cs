using System.Net;
using Braid.Conversations;
using Braid.Platform.Files;
using Braid.Realtime.LiveChat;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Realtime;

public class LiveChatFileTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_visitors_file_goes_to_the_agent_and_back_to_the_visitor_only(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var inbox = await LiveVisitor.ChatAsync(braid);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, inbox);
        await using var stranger = await LiveVisitor.ConnectAsync(braid, inbox);
        var uploaded = (await visitor.UploadAsync("../buckle.png", "image/png", Png)).Is(HttpStatusCode.OK);
        (uploaded.Text("name"), uploaded["size"].GetInt32(), uploaded["url"].ValueKind).ShouldBe(("buckle.png", 11, System.Text.Json.JsonValueKind.Null));

        (await stranger.SendAsync("s1", "Mine!", uploaded.Text("id"))).Text("refused").ShouldBe("files");
        (await visitor.SendAsync("c0", "x", Guid.NewGuid().ToString())).Text("refused").ShouldBe("files");
        (await visitor.SendAsync("c1", null, uploaded.Text("id"))).Text("id").ShouldBe("c1");
        var shown = await visitor.HearAsync("message", m => m.Text("id") == "c1" && m.Items("files")[0].Text("url") is not null);
        var url = shown.Items("files")[0].Text("url")!;
        var file = await braid.WithDbAsync(db => db.Set<StoredFile>().SingleAsync());
        file.Id.ToString().ShouldBe(uploaded.Text("id"), "the upload itself is attached, not a copy");

        var message = (await braid.Api.ReadAsync($"/conversations/{await visitor.ConversationAsync()}/messages")).Items().ShouldHaveSingleItem();
        var attachment = message.Items("attachments").ShouldHaveSingleItem();
        (attachment.Text("state"), attachment.Text("kind")).ShouldBe(("ready", "image"));
        (await braid.Api.GetByteArrayAsync(new Uri(attachment.Text("url")!, UriKind.Relative))).ShouldBe(Png);

        using var browser = braid.Client(null);
        using var got = await browser.GetAsync(new Uri(url, UriKind.Relative));
        (await got.Content.ReadAsByteArrayAsync()).ShouldBe(Png);
        got.Headers.GetValues("Content-Security-Policy").Single().ShouldBe("default-src 'none'; sandbox");
        got.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");
        (await browser.GetAsync(new Uri(url[..^4] + "AAAA", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync(new Uri(url.Split('?')[0], UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        braid.Clock.AdjustTime(braid.Clock.GetUtcNow() + FileLinks.Life);
        (await browser.GetAsync(new Uri(url, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_is_never_sent_is_removed_after_a_day_and_what_was_sent_stays(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        await using var visitor = await LiveVisitor.ConnectAsync(braid, await LiveVisitor.ChatAsync(braid));
        var sent = (await visitor.UploadAsync("a.png", "image/png", Png)).Text("id");
        var same = (await visitor.UploadAsync("b.png", "image/png", Png)).Text("id");
        var other = (await visitor.UploadAsync("c.html", "text/html", [1, 2, 3])).Text("id");
        await visitor.SendAsync("c1", null, sent);
        var seed = await Seed.OwnersAsync(braid);
        var hashes = await braid.WithDbAsync(db => db.Set<StoredFile>().ToDictionaryAsync(f => f.Id.ToString(), f => f.Hash));
        var (sweep, store) = (braid.Services.GetRequiredService<ForgetUploads>(), braid.Services.GetRequiredService<IFileStore>());
        (await sweep.RunAsync(CancellationToken.None)).ShouldBe(0);
        braid.Clock.AdjustTime(braid.Clock.GetUtcNow().AddHours(25));
        await sweep.RunAsync(CancellationToken.None);

        (await braid.WithDbAsync(db => db.Set<StoredFile>().Select(f => f.Id).ToListAsync())).Select(i => i.ToString()).ShouldBe([sent]);
        (await store.ExistsAsync(seed.Workspace, hashes[same], default)).ShouldBeTrue("the same bytes were sent as another file");
        (await store.ExistsAsync(seed.Workspace, hashes[other], default)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_over_the_limit_and_one_without_a_token_are_refused()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var inbox = await LiveVisitor.ChatAsync(braid);
        await using var visitor = await LiveVisitor.ConnectAsync(braid, inbox);
        (await visitor.UploadAsync("big.bin", "application/zip", new byte[26 * 1024 * 1024])).Refused(HttpStatusCode.RequestEntityTooLarge, "too_large");
        using var nobody = braid.Client(null);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Png), "file", "a.png" } };
        (await nobody.PostAsync($"/widget/{inbox}/files", form)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await braid.WithDbAsync(db => db.Set<StoredFile>().CountAsync())).ShouldBe(0);
    }
}
