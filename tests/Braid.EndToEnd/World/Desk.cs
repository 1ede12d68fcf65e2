using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.EndToEnd;

/// <summary>An agent's desk: reads and acts by the public API, and waits for what is still to come by the server's own signal of news.</summary>
internal sealed class Desk : IDisposable
{
    // Only for the case that it never comes: a busy machine may take long, a right one never waits in vain.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly TestBraid braid;
    private readonly SemaphoreSlim news = new(0);
    private readonly EventSignal signal;

    public Desk(TestBraid braid)
    {
        this.braid = braid;
        signal = braid.Services.GetRequiredService<EventSignal>();
        signal.Heard += Hear;
    }

    public HttpClient Api => braid.Api;

    public Task<JsonElement> GetAsync(string path) => Api.ReadAsync(path);

    public Task<JsonElement> PostAsync(string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) => Api.PostAsync(path, body, expected);

    public Task<JsonElement> PatchAsync(string path, object body) => Api.CallAsync(HttpMethod.Patch, path, body);

    /// <summary>Reads a path until it shows what is wanted; looks again after each event.</summary>
    public async Task<JsonElement> SeesAsync(string path, Func<JsonElement, bool> wanted, string what, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience ?? Patience);
        while (true)
        {
            var seen = await GetAsync(path);
            if (wanted(seen)) { return seen; }
            try { await news.WaitAsync(limit.Token); }
            catch (OperationCanceledException) { throw new ShouldAssertException($"Never saw {what}. {path} shows {seen}"); }
        }
    }

    /// <summary>The first item of a list that fits.</summary>
    public async Task<JsonElement> FindsAsync(string path, Func<JsonElement, bool> wanted, string what, TimeSpan? patience = null)
    {
        var seen = await SeesAsync(path, page => page.List().Any(wanted), what, patience);
        return seen.List().First(wanted);
    }

    /// <summary>The conversation of anybody whose newest message says this.</summary>
    public Task<JsonElement> ConversationSayingAsync(string text) =>
        FindsAsync("/conversations?status=any", c => c.GetProperty("lastMessage") is { ValueKind: JsonValueKind.Object } last && last.Text("text") == text, $"a conversation that says \"{text}\"");

    public Task<JsonElement> MessageAsync(string conversation, Func<JsonElement, bool> wanted, string what) => FindsAsync($"/conversations/{conversation}/messages", wanted, what);

    public Task<JsonElement> StatusAsync(string conversation, string message, string status) =>
        MessageAsync(conversation, m => m.Id() == message && m.Text("status") == status, $"the message {status}");

    /// <summary>Answers on a thread of this channel in the conversation.</summary>
    public async Task<JsonElement> AnswersAsync(string conversation, string channel, string text, object? more = null)
    {
        var thread = (await GetAsync($"/conversations/{conversation}")).List("threads").First(t => t.Text("channel") == channel).Id();
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["text"], body["channelThreadId"]) = (text, thread);
        return await PostAsync($"/conversations/{conversation}/messages", body);
    }

    public async Task<string> UploadsAsync(string name, string type, byte[] content)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        form.Add(file, "file", name);
        using var response = await Api.PostAsync(new Uri("/api/v1/files", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text).Id();
    }

    public void Dispose()
    {
        signal.Heard -= Hear;
        news.Dispose();
    }

    private void Hear(News committed)
    {
        try { news.Release(); }
        catch (ObjectDisposedException) { /* The test is over. */ }
    }
}
