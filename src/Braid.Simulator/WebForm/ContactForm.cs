using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.CustomHttp;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.WebForm;

internal sealed class ContactFormFactory : ISimulatedChannelFactory
{
    public string Channel => "web-form";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new ContactForm(world.Inner).StartAsync(ct);
}

/// <summary>A web site with a contact form: browsers send it as urlencoded fields, with a file as multipart. Answers are mailed by the site itself.</summary>
internal sealed class ContactForm(World world) : PretendProvider(world, SimulatedProvider.WebForm)
{
    private readonly SignedWire replies = new(world.Bytes(32));
    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal);

    public override JsonObject Settings => new() { ["formName"] = "Contact form", ["replyUrl"] = new Uri(Url, "/replies").AbsoluteUri, ["replySecret"] = replies.Secret };

    public override SimulatedSkills Skills { get; } = new() { FilesIn = true, FilesOut = true };

    protected override string PersonId(string name) => $"{string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..4]}@example.org";

    protected override string MethodOf(HttpRequest request, string[] path) => path.FirstOrDefault() ?? "";

    protected override Answer? Refuse(Fault fault) => fault switch
    {
        Fault.TooManyRequests { RetryAfterSeconds: var wait } => new(429, null) { RetryAfter = wait },
        Fault.ServerError { Status: var status } => new(status, null),
        Fault.Refusal refusal => ProviderHost.Raw(refusal),
        _ => null,
    };

    protected internal override Task WritesAsync(PretendPerson person, string text) => TellAsync(Fields(person, text));

    protected internal override Task SendsAsync(PretendPerson person, SimulatedFile file, string? caption)
    {
        var id = Hex(16);
        lock (Gate) { Files[id] = file; }
        var fields = Fields(person, caption ?? "");
        fields["file"] = id;
        return TellAsync(fields);
    }

    protected override HttpRequestMessage Post(Uri address, IReadOnlyList<WebhookEvent> events)
    {
        var fields = events[0].Body.Where(f => f.Key != "file").Select(f => new KeyValuePair<string, string>(f.Key, f.Value!.GetValue<string>()));
        SimulatedFile? file;
        lock (Gate) { file = events[0].Body.Text("file") is { } id ? Files[id] : null; }
        if (file is null) { return new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(fields) }; }

        var form = new MultipartFormDataContent("----FormBoundary" + Hex(16));
        foreach (var (name, value) in fields) { form.Add(new StringContent(value), $"\"{name}\""); }
        form.Add(new ByteArrayContent(file.Content) { Headers = { ContentType = new(file.ContentType) } }, "\"photo\"", $"\"{file.Name}\"");
        return new HttpRequestMessage(HttpMethod.Post, address) { Content = form };
    }

    protected override async Task<Answer> CallAsync(HttpRequest request, string[] path)
    {
        if (path is not ["replies"]) { return new(404, null); }
        if (await replies.ReadAsync(request, World.Time.GetUtcNow()) is not { } body) { return new(401, null); }
        if (body.Text("type") == "channel.verify") { return new(200, new JsonObject { ["challenge"] = body.Text("challenge") }); }
        if (body["message"] is not JsonObject message || message.Text("id") is not { } id || Known((body["recipient"] as JsonObject)?.Text("id")) is not { } person) { return new(422, null); }
        lock (Gate)
        {
            if (!taken.TryAdd(id, id)) { return new(409, null); }
        }

        var files = new List<SimulatedFile>();
        foreach (var file in message.Objects("attachments"))
        {
            var bytes = file.Text("url") is { } url ? (await FetchAsync(url, request.HttpContext.RequestAborted)).Content : Convert.FromBase64String(file.Text("content") ?? "");
            files.Add(new SimulatedFile(file.Text("name") ?? "file", file.Text("contentType") ?? "application/octet-stream", bytes));
        }

        person.Received.Add(new SimulatedReceived(id, message.Text("text") ?? "", files) { Raw = body.DeepClone() });
        return new(200, new JsonObject());
    }

    private JsonObject Fields(PretendPerson person, string text) => new()
    {
        ["_id"] = "form-" + Hex(12), ["_conversation"] = "form:" + person.Id, ["name"] = person.Name, ["email"] = person.Id, ["message"] = text, ["company_website"] = "",
    };
}
