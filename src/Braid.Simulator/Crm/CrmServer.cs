using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.Crm;

/// <summary>A person's record in a pretend CRM. Fields by the CRM's own names.</summary>
public sealed class CrmRecord
{
    public required string Id { get; init; }
    public Dictionary<string, string?> Fields { get; } = new(StringComparer.Ordinal);
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ModifiedAt { get; set; }
    public bool Removed { get; set; }
    public string? MergedInto { get; set; }
    public string? this[string field] => Fields.GetValueOrDefault(field);
}

/// <summary>Something written beside a record.</summary>
public sealed record CrmNote(string Id, string RecordId, string Title)
{
    public string Text { get; set; } = "";
    public int Writes { get; set; } = 1;
}

/// <summary>A pretend CRM on a loopback port: people work in it (<see cref="Edit"/>, <see cref="Merge"/>), programs call it, and it goes wrong when the world's faults say so.</summary>
public abstract class CrmServer : IAsyncDisposable
{
    private readonly SimulatedProvider provider;
    private ProviderHost host = null!;
    private DateTimeOffset last;
    private int number = 100;

    private protected CrmServer(SimulatedWorld world, SimulatedProvider provider) => (World, this.provider) = (world.Inner, provider);

    private protected World World { get; }
    private protected Lock Gate { get; } = new();
    private protected List<CrmRecord> All { get; } = [];

    public Uri Url => host.Address;
    public List<CrmNote> Notes { get; } = [];
    /// <summary>Calls answered, by their word.</summary>
    public Dictionary<string, int> Calls { get; } = new(StringComparer.Ordinal);
    public int CallCount { get { lock (Gate) { return Calls.Values.Sum(); } } }
    /// <summary>Fields that are there; others are refused.</summary>
    public HashSet<string> Known { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Erased { get; } = [];

    public IReadOnlyList<CrmRecord> Records { get { lock (Gate) { return [.. All.Where(r => !r.Removed)]; } } }

    public CrmRecord Get(string id) { lock (Gate) { return All.Single(r => r.Id == id); } }

    public CrmRecord Add(params (string Field, string? Value)[] fields)
    {
        lock (Gate)
        {
            var record = new CrmRecord { Id = NewId(), CreatedAt = Stamp(), ModifiedAt = last };
            foreach (var (field, value) in fields) { record.Fields[field] = Kept(field, value); }
            All.Add(record);
            return record;
        }
    }

    public void Edit(string id, params (string Field, string? Value)[] fields)
    {
        lock (Gate)
        {
            var record = All.Single(r => r.Id == id);
            foreach (var (field, value) in fields) { record.Fields[field] = Kept(field, value); }
            record.ModifiedAt = Stamp();
        }
    }

    public void Remove(string id)
    {
        lock (Gate)
        {
            var record = All.Single(r => r.Id == id);
            (record.Removed, record.ModifiedAt) = (true, Stamp());
        }
    }

    public virtual void Merge(string gone, string stays)
    {
        lock (Gate)
        {
            var (lost, kept) = (All.Single(r => r.Id == gone), All.Single(r => r.Id == stays));
            (lost.Removed, lost.MergedInto, lost.ModifiedAt, kept.ModifiedAt) = (true, stays, Stamp(), Stamp());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task OpenAsync(CancellationToken ct) => host = await ProviderHost.StartAsync(0, ServeAsync, ct);

    /// <summary>How the CRM keeps a value: some spell anew.</summary>
    private protected virtual string? Kept(string field, string? value) => string.IsNullOrEmpty(value) ? null : value;

    private protected virtual string NewId() => (++number).ToString(CultureInfo.InvariantCulture);

    /// <summary>Later than every stamp before, as clocks in databases are.</summary>
    private protected DateTimeOffset Stamp()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(World.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return last = now > last ? now : last.AddMilliseconds(1);
    }

    private protected CrmRecord? Find(string? id) => All.Find(r => r.Id == id && !r.Removed);

    /// <summary>The word by which faults name a call, and the answer; within <see cref="Gate"/>.</summary>
    private protected abstract (string Method, Func<Answer> Act) Route(HttpRequest request, string path, string body);

    private protected abstract Answer? Refuse(Fault fault);

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (method, act) = Route(context.Request, context.Request.Path.Value ?? "/", body);
        await ProviderHost.ServeAsync(context, World, provider, method, fault => fault is Fault.Refusal raw ? ProviderHost.Raw(raw) : Refuse(fault), () =>
        {
            lock (Gate)
            {
                Calls[method] = Calls.GetValueOrDefault(method) + 1;
                return Task.FromResult(act());
            }
        });
    }

    private protected static JsonObject Object(string body) => JsonNode.Parse(body.Length == 0 ? "{}" : body) as JsonObject ?? [];

    private protected static string? Text(JsonNode? node) => node is JsonValue value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : null;

    private protected static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private protected async Task<int> PostAsync(Uri address, byte[] body, IEnumerable<(string Name, string Value)> headers)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        foreach (var (name, value) in headers) { post.Headers.TryAddWithoutValidation(name, value); }
        using var answer = await World.Http.SendAsync(post);
        return (int)answer.StatusCode;
    }
}
