using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.Deliveries;

namespace Braid.Channels.Tests.Conformance;

/// <summary>
/// The promises every channel makes. A channel's test class derives from this, says how its provider signs and answers, and puts recorded
/// bodies into `fixtures/{id}` and approved readings into `expected/{id}`; see docs/adding-a-channel.md.
/// </summary>
public abstract partial class ChannelConformance<TChannel>
    where TChannel : IChannel, new()
{
    protected static readonly DateTimeOffset Now = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    protected static TChannel Channel { get; } = new();

    protected static string Id => Channel.Descriptor.Id;

    /// <summary>Where its fixtures lie: the id, unless <see cref="FixtureFolderAttribute"/> says otherwise.</summary>
    protected static string Folder { get; } =
        typeof(TChannel).GetCustomAttributes(typeof(FixtureFolderAttribute), false).OfType<FixtureFolderAttribute>().FirstOrDefault()?.Folder ?? Id;

    /// <summary>Complete, valid settings; their secrets must be long enough to be found in a text by accident of printing only.</summary>
    protected abstract string SettingsJson { get; }

    /// <summary>The same inbox in another workspace: every secret differs.</summary>
    protected abstract string OtherSettingsJson { get; }

    /// <summary>False for channels without webhooks: what concerns signatures is skipped.</summary>
    protected virtual bool HasWebhook => true;

    /// <summary>
    /// False where the provider signs nothing: then the webhook's address carries a key, which the product compares, and nobody reads the
    /// body as proof.
    /// </summary>
    protected virtual bool Signs => HasWebhook && !Channel.Descriptor.KeyInUrl;

    /// <summary>True when one changed byte of the body must be noticed.</summary>
    protected virtual bool SignatureCoversBody => true;

    /// <summary>True when <see cref="IChannel.SendAsync"/> speaks HTTP; mail and the widget prove their sending in tests of their own.</summary>
    protected virtual bool SendsByHttp => true;

    /// <summary>The few settings without which its deliveries can't be read (keys to decrypt); most channels need none.</summary>
    protected virtual IReadOnlyDictionary<string, string> SettingsToRead => new Dictionary<string, string>();

    /// <summary>What came beside a body: the request's query, or what a listener noted.</summary>
    protected virtual IReadOnlyDictionary<string, string> QueryOf(string fixture) => new Dictionary<string, string>();

    /// <summary>Where the provider puts its proof: headers; a name that begins with `?` is a query parameter.</summary>
    protected virtual IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) => new Dictionary<string, string>();

    /// <summary>A proof that was right long ago; null where the provider's signature has no time in it.</summary>
    protected virtual IReadOnlyDictionary<string, string>? SignStale(byte[] body, ChannelSettings settings) => null;

    /// <summary>A body as this provider writes it, for signatures; anything where they cover the bytes alone.</summary>
    protected virtual byte[] SignedBody => AnyBody;

    /// <summary>Key documents as the product would have fetched them (<see cref="IChannel.KeysFor"/>).</summary>
    protected virtual IReadOnlyDictionary<string, string> Keys => new Dictionary<string, string>();

    /// <summary>The answer to any successful call of a send (upload and message alike).</summary>
    protected virtual string SuccessBody => "{}";

    /// <summary>The text a request carries to the customer; null when it carries none.</summary>
    protected virtual string? TextOf(ProviderRequest request) => null;


    /// <summary>Someone this channel can write to.</summary>
    protected virtual string Recipient => "customer-1";

    /// <summary>The treatment an `error-*` fixture asks for; null when it does not concern sending.</summary>
    protected virtual string? TreatmentOf(string fixture, JsonElement error) =>
        error.TryGetProperty("_class", out var treatment) ? treatment.GetString() : throw new InvalidOperationException($"{fixture} names no _class");

    protected ChannelSettings Settings => field ??= Channel.ParseSettings(JsonDocument.Parse(SettingsJson).RootElement);

    protected ChannelSettings OtherSettings => Channel.ParseSettings(JsonDocument.Parse(OtherSettingsJson).RootElement);

    protected IReadOnlyList<string> SecretValues =>
        [.. SettingsReader.SecretNames(Channel.Descriptor.SettingsType)
            .Select(name => JsonDocument.Parse(SettingsJson).RootElement.TryGetProperty(name, out var value) ? value.GetString() : null)
            .OfType<string>()];

    protected virtual WebhookRequest Request(byte[] body, IReadOnlyDictionary<string, string> proof)
    {
        var query = proof.Where(p => p.Key.StartsWith('?')).ToDictionary(p => p.Key[1..], p => p.Value);
        var search = query.Count == 0 ? "" : "?" + string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value)}"));
        return new()
        {
            Method = "POST",
            Url = new Uri("https://braid.example.com/webhooks/" + Id + "/inbox" + search),
            Headers = proof.Where(p => !p.Key.StartsWith('?')).ToDictionary(p => p.Key, p => p.Value, StringComparer.OrdinalIgnoreCase),
            Query = query,
            Body = body,
            ReceivedAt = Now,
            Keys = Keys,
        };
    }

    /// <summary>The content type follows the fixture's name.</summary>
    protected virtual RawDelivery Delivery(byte[] body, string fixture = "x.json") => new()
    {
        Body = body,
        ContentType = Path.GetExtension(fixture) switch { ".form" => "application/x-www-form-urlencoded", ".xml" => "text/xml", ".txt" => "text/plain", _ => "application/json" },
        ReceivedAt = Now,
    };

    /// <summary>A message this channel can send; mail needs a subject.</summary>
    protected virtual OutboundMessage Message(string text = "Hello") => new()
    {
        Id = Guid.Parse("0198c0de-0000-7000-8000-000000000001"),
        IdempotencyKey = "key-1",
        ThreadId = Recipient,
        RecipientId = Recipient,
        Text = text,
    };

    protected static OutboundAttachment Attachment(string name, string type, string content = "file content") =>
        new(name, type, content.Length, _ => Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content))));

    /// <summary>
    /// What the provider answers to steps before the message itself (a session, a look at the thread), also when the line breaks for the
    /// message; null for everything else. These steps are not among the requests a test sees.
    /// </summary>
    protected virtual ProviderReply? Preparation(ProviderRequest request) => null;

    /// <summary>The inbox's tokens at the start of a test; channels whose calls need one say <see cref="GivenTokens"/>.</summary>
    protected virtual IKeptTokens Tokens => new MemoryTokens(TimeProvider.System);

    /// <summary>True where the provider fetches files from <see cref="OutboundAttachment.Link"/> instead of taking their bytes.</summary>
    protected virtual bool FilesByLink => false;

    /// <summary>A file this channel carries, where it takes only some kinds.</summary>
    protected virtual (string Name, string Type) SampleFile => ("facture é.pdf", "application/pdf");

    /// <summary>Whether the requests carry the file's bytes and name; a channel that uploads bare bytes has the name elsewhere.</summary>
    protected virtual bool Carries(IReadOnlyList<ProviderRequest> requests, string name, string content) => requests.Any(r => Carries(r, name, content));

    /// <summary>The same of one request; channels that encrypt files on the way prove that in a test of their own.</summary>
    protected virtual bool Carries(ProviderRequest request, string name, string content) =>
        request.Text.Contains(content, StringComparison.Ordinal) && request.Text.Contains(name, StringComparison.Ordinal);

    /// <summary>The fixture that came before this one: what it told already is dropped, as the product drops it by its key.</summary>
    protected virtual string? ComesAfter(string fixture) => null;

    /// <summary>True for bodies that return JSON the business defined: there a new field is content, not the provider's future.</summary>
    protected virtual bool HoldsFreeJson(string fixture) => false;

    protected HttpClient Line(HttpMessageHandler provider) => new(new PreparedLine(provider, Preparation), disposeHandler: false);

    protected ProviderContext Context(HttpMessageHandler provider) => new(Line(provider), TimeProvider.System) { Tokens = Tokens };

    protected Task<SendResult> SendAsync(HttpMessageHandler provider, OutboundMessage message, CancellationToken ct = default) =>
        Channel.SendAsync(message, Settings, Context(provider), ct);

    protected JsonElement ReadLine(string fixture, byte[] body)
    {
        var line = DeliveryReader.Read(new(Folder, fixture, body) { Settings = SettingsToRead, Query = QueryOf(fixture) }, Channel);
        if (ComesAfter(fixture) is { } earlier)
        {
            var known = ReadLine(earlier, Fixtures.Bytes(Folder, earlier)).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("externalId").GetString()).ToHashSet();
            line["events"] = new JsonArray([.. line["events"]!.AsArray().Where(e => !known.Contains((string?)e!["externalId"])).Select(e => e!.DeepClone())]);
        }

        return JsonSerializer.SerializeToElement(line);
    }

    protected void ShouldHoldNoSecret(string text)
    {
        foreach (var secret in SecretValues) text.ShouldNotContain(secret);
    }
}
