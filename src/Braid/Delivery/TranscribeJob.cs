using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Braid.Conversations;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Braid.Delivery;

/// <summary>A server that writes down what is said: OpenAI's `/v1/audio/transcriptions`, or one's own that speaks the same.</summary>
internal sealed class TranscriberOptions
{
    public const string Section = "Braid:Transcriber";

    /// <summary>The whole address, such as `http://127.0.0.1:9000/v1/audio/transcriptions`. Null: voice notes and recordings are not written down.</summary>
    public Uri? Address { get; set; }

    public string? Key { get; set; }

    public string Model { get; set; } = "whisper-1";

    /// <summary>Longer recordings are left as they are; OpenAI takes 25 MB.</summary>
    public long MostBytes { get; set; } = 25 * 1024 * 1024;
}

/// <summary>
/// Has a voice note or a recording written down, once its bytes are here. Of a call it becomes the transcript, unless the provider gave one; of a
/// voice note it stands below the player.
/// </summary>
internal sealed class TranscribeJob(BraidDb db, IFileStore files, Transcriber transcriber) : IJobHandler
{
    public const string KindName = "audio.transcribe";
    public const string Fact = "transcript";

    public sealed record Payload(Id<Attachment> AttachmentId);

    public string Kind => KindName;

    public int Parallel => 2;

    public int Tries => 6;

    public async Task RunAsync(JobRun run, CancellationToken ct)
    {
        var id = run.Read<Payload>().AttachmentId;
        var found = await (
            from a in db.Set<Attachment>()
            where a.Id == id && a.WorkspaceId == run.Workspace && a.State == AttachmentState.Ready
            join f in db.Set<StoredFile>() on a.FileId equals f.Id
            select new { Attachment = a, File = f }).AsNoTracking().FirstOrDefaultAsync(ct);
        if (found is null || !transcriber.Takes(found.File)) { return; }
        await using var audio = await files.OpenAsync(run.Workspace, found.File.Hash, ct);
        if (await transcriber.ListenAsync(audio, found.File, ct) is { Length: > 0 } text) { await KeepAsync(run, found.Attachment, text, ct); }
    }

    private Task KeepAsync(JobRun run, Attachment attachment, string text, CancellationToken ct) => db.InTransactionAsync(async inner =>
    {
        await db.LockAsync("messages", attachment.MessageId.Value, inner);
        var message = await db.Set<Message>().FirstAsync(m => m.Id == attachment.MessageId && m.WorkspaceId == run.Workspace, inner);
        var extras = MessageExtras.Parse(message.Extras);
        if (extras.Call is { Transcript: null } call)
        {
            message.Extras = (extras with { Call = call with { Transcript = text } }).ToJson();
        }
        else if (extras.Call is null)
        {
            var facts = attachment.Facts is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(attachment.Facts) ?? [];
            facts[Fact] = text;
            var json = JsonSerializer.Serialize(facts);
            await db.Set<Attachment>().Where(a => a.Id == attachment.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Facts, json), inner);
        }

        await db.SaveChangesAsync(inner);
        await run.FinishAsync(db, inner);
        var restricted = await db.Set<Conversation>().Where(c => c.Id == message.ConversationId).Select(c => c.RestrictedTo).FirstOrDefaultAsync(inner);
        db.Events.Add(new AttachmentSettled(run.Workspace, "ready")
        {
            ConversationId = message.ConversationId.Value, MessageId = message.Id.Value, InboxId = message.InboxId?.Value, RestrictedTo = restricted?.Value,
        });
    }, ct);
}

/// <summary>The call itself. The admin chose the address, so it may lie in the own network.</summary>
internal sealed class Transcriber(IOptions<TranscriberOptions> options) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(5) };

    public bool IsOn => options.Value.Address is not null;

    public bool Takes(StoredFile file) => IsOn && file.Size <= options.Value.MostBytes;

    /// <summary>Null: nothing was said. Throws <see cref="JobIsDeadException"/> when trying again can't help.</summary>
    public async Task<string?> ListenAsync(Stream audio, StoredFile file, CancellationToken ct)
    {
        var now = options.Value;
        using var bytes = new StreamContent(audio) { Headers = { ContentType = new MediaTypeHeaderValue(file.ContentType) } };
        using var model = new StringContent(now.Model);
        using var format = new StringContent("json");
        using var form = new MultipartFormDataContent { { model, "model" }, { format, "response_format" }, { bytes, "file", file.Name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, now.Address) { Content = form };
        if (now.Key is { Length: > 0 } key) { request.Headers.Authorization = new("Bearer", key); }
        using var response = await http.SendAsync(request, ct);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException($"The transcriber answered {(int)response.StatusCode}.");
        }

        if (!response.IsSuccessStatusCode) { throw new JobIsDeadException($"The transcriber answered {(int)response.StatusCode}: check its address, key and model."); }
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        try
        {
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: ct);
            return json.RootElement.TryGetProperty("text", out var text) ? text.GetString()?.Trim() : throw new JobIsDeadException("The transcriber's answer has no text.");
        }
        catch (JsonException e)
        {
            throw new JobIsDeadException("The transcriber's answer is not JSON.", e);
        }
    }

    public void Dispose() => http.Dispose();
}
