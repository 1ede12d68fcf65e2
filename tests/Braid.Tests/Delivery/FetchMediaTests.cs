using System.Text;
using Braid.Channels;
using Braid.Conversations;
using Braid.Delivery;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Delivery;

public class FetchMediaTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_the_provider_holds_is_fetched_and_shown(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        outbox.Provider.Media = request => Task.FromResult(new MediaContent(new MemoryStream(Encoding.UTF8.GetBytes(request.Reference)), "image/png", "../p.png", null));
        var (talk, id) = await PendingAsync(outbox);
        await DrainAsync(outbox);
        var ready = await AttachmentAsync(outbox, id);
        (ready.State, ready.Name, ready.Size, ready.ContentType).ShouldBe((AttachmentState.Ready, "p.png", 6, "image/png"));
        (await outbox.Seed.EventsAsync(talk.Id)).ShouldBe(["attachment.ready"]);
        (await (await outbox.Braid.Api.GetAsync(new Uri($"/api/v1/files/{ready.FileId}", UriKind.Relative))).Content.ReadAsStringAsync()).ShouldBe("file-7");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Trouble_is_tried_again_and_what_is_gone_is_said(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        outbox.Provider.Media = _ => throw new MediaUnavailableException("busy", permanent: false);
        var (_, id) = await PendingAsync(outbox);
        await DrainAsync(outbox);
        (await AttachmentAsync(outbox, id)).State.ShouldBe(AttachmentState.Pending);
        outbox.Provider.Media = _ => throw new MediaUnavailableException("It has expired.");
        outbox.Braid.Clock.Advance(TimeSpan.FromSeconds(7));
        await DrainAsync(outbox);
        var failed = await AttachmentAsync(outbox, id);
        (failed.State, failed.Reason).ShouldBe((AttachmentState.Failed, "It has expired."));
        (await outbox.Braid.WithDbAsync(db => db.Set<Job>().CountAsync(j => j.Kind == FetchMediaJob.KindName))).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_file_that_never_ends_is_cut_off(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        outbox.Provider.Media = _ => Task.FromResult(new MediaContent(new Endless(), null, null, null));
        var (_, id) = await PendingAsync(outbox);
        await DrainAsync(outbox);
        (await AttachmentAsync(outbox, id)).Reason.ShouldBe("The file is larger than 100 MB.");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_voice_note_is_written_down_once_its_bytes_are_here(string engine)
    {
        await using var outbox = await Outbox.StartAsync(engine);
        var heard = new List<(string? Key, string Form)>();
        var status = 503;
        await using var transcriber = await TestServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            heard.Add((http.Request.Headers.Authorization, await reader.ReadToEndAsync()));
            http.Response.StatusCode = status;
            await http.Response.Body.WriteAsync("{\"text\":\" My lamp is broken. \"}"u8.ToArray());
        });
        var options = outbox.Braid.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<TranscriberOptions>>().Value;
        (options.Address, options.Key, options.Model) = (new Uri(transcriber.Address, "v1/audio/transcriptions"), "k3y", "whisper-large");
        outbox.Provider.Media = _ => Task.FromResult(new MediaContent(new MemoryStream("sound"u8.ToArray()), "audio/ogg", "note.ogg", null));
        var (_, id) = await PendingAsync(outbox, AttachmentKind.Audio);

        await DrainAsync(outbox);
        (await AttachmentAsync(outbox, id)).Facts.ShouldBeNull("the transcriber was away; the note itself is there");
        status = 200;
        outbox.Braid.Clock.Advance(TimeSpan.FromMinutes(1));
        await DrainAsync(outbox);
        System.Text.Json.JsonDocument.Parse((await AttachmentAsync(outbox, id)).Facts!).RootElement.GetProperty("transcript").GetString().ShouldBe("My lamp is broken.");
        var (key, form) = heard[^1];
        key.ShouldBe("Bearer k3y");
        form.ShouldContain("name=model");
        form.ShouldContain("whisper-large");
        form.ShouldContain("filename=note.ogg");
        form.ShouldContain("sound");

        status = 401;
        var (_, other) = await PendingAsync(outbox, AttachmentKind.Audio);
        await DrainAsync(outbox);
        (await AttachmentAsync(outbox, other)).State.ShouldBe(AttachmentState.Ready);
        (await outbox.Braid.WithDbAsync(db => db.Set<Job>().SingleAsync(j => j.Kind == TranscribeJob.KindName))).LastError.ShouldNotBeNull().ShouldContain("check its address, key and model");
    }

    private static async Task<(Talk Talk, Id<Attachment> Id)> PendingAsync(Outbox outbox, AttachmentKind kind = AttachmentKind.Image)
    {
        var talk = await outbox.TalkAsync();
        var message = await outbox.Seed.SaysAsync(talk, "look");
        var attachment = new Attachment { WorkspaceId = outbox.Seed.Workspace, MessageId = message.Id, Kind = kind, MediaRef = "file-7", State = AttachmentState.Pending };
        await outbox.Seed.SaveAsync(attachment);
        await using var scope = outbox.Braid.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<JobQueue>().EnqueueAsync(NewJob.Of(outbox.Seed.Workspace, FetchMediaJob.KindName, new FetchMediaJob.Payload(attachment.Id)), CancellationToken.None);
        return (talk, attachment.Id);
    }

    private static Task<int> DrainAsync(Outbox outbox) => outbox.Braid.Services.GetRequiredService<JobRunner>().DrainAsync(CancellationToken.None);

    private static Task<Attachment> AttachmentAsync(Outbox outbox, Id<Attachment> id) => outbox.Braid.WithDbAsync(db => db.Set<Attachment>().AsNoTracking().SingleAsync(a => a.Id == id));

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }
}
