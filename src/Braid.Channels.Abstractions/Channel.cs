using System.Net.Sockets;
using System.Text.Json;

namespace Braid.Channels;

/// <summary>
/// A kind of channel (Telegram, email, ...) as the product sees it. Adapters derive from <see cref="Channel{TSettings}"/>,
/// which keeps their parts typed; this door takes the settings as parsed by <see cref="ParseSettings"/>.
/// </summary>
public interface IChannel
{
    ChannelDescriptor Descriptor { get; }

    /// <summary>Reads and validates an inbox's settings. Throws <see cref="SettingsException"/> naming each wrong field and how to mend it.</summary>
    ChannelSettings ParseSettings(JsonElement json);

    /// <summary>Pure. Is this request really from the provider? Called on the raw bytes, before anything is stored.</summary>
    Verdict Verify(WebhookRequest request, ChannelSettings settings);

    /// <summary>Pure. What does a genuine delivery say? Never throws for bad content: see <see cref="Reading.Unreadable"/>.</summary>
    Reading Read(RawDelivery delivery, ChannelSettings settings);

    /// <summary>Makes one attempt and maps every answer of the provider. Throws only on cancellation.</summary>
    Task<SendResult> SendAsync(OutboundMessage message, ChannelSettings settings, ProviderContext context, CancellationToken ct);

    /// <summary>True when this inbox must be polled or listened to (IMAP, long poll, socket) instead of, or beside, webhooks.</summary>
    bool Listens(ChannelSettings settings);

    /// <summary>Runs until cancelled or broken; the caller restarts it with backoff. Deliveries go through <see cref="IListenerHost.StoreAsync"/>.</summary>
    Task ListenAsync(ChannelSettings settings, IListenerHost host, CancellationToken ct);

    /// <summary>Opens a file the provider holds. Throws <see cref="MediaUnavailableException"/> with a readable reason.</summary>
    Task<MediaContent> OpenMediaAsync(MediaRequest request, ChannelSettings settings, ProviderContext context, CancellationToken ct);

    /// <summary>Checks each link to the provider, in order, and says how to mend the one that fails. Never throws for a wrong setting.</summary>
    Task<IReadOnlyList<CheckStep>> CheckAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct);

    /// <summary>Does at the provider what can be done for the admin (registering the webhook). Same answer shape as <see cref="CheckAsync"/>.</summary>
    Task<IReadOnlyList<CheckStep>> ConnectAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct);

    /// <summary>
    /// The approved templates of the account; empty for channels without. Throws <see cref="TemplatesUnavailableException"/> with a
    /// readable reason.
    /// </summary>
    Task<IReadOnlyList<TemplateInfo>> ListTemplatesAsync(ChannelSettings settings, ProviderContext context, CancellationToken ct);

    /// <summary>Does one thing to what is already at the provider. A channel that can't fails in words, as <see cref="FailureKind.Content"/>.</summary>
    Task<SendResult> ActAsync(OutboundAct act, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, $"{Descriptor.Name} can't do this."));

    /// <summary>
    /// Pure. Documents with public keys (JWKS, certificates) that <see cref="Verify"/> will look for in <see cref="WebhookRequest.Keys"/>.
    /// The product fetches and caches them. Only addresses that are fixed or checked against the provider's own hosts.
    /// </summary>
    IReadOnlyList<Uri> KeysFor(WebhookRequest request, ChannelSettings settings) => [];

    /// <summary>True where an admin signs in at the provider (<see cref="ILogin{TSettings}"/>).</summary>
    bool HasLogin => false;

    Uri BeginLogin(ChannelSettings settings, LoginRequest request) => throw new InvalidOperationException($"{Descriptor.Id} has no sign-in.");

    Task<LoginOutcome> FinishLoginAsync(LoginAnswer answer, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        throw new InvalidOperationException($"{Descriptor.Id} has no sign-in.");

    /// <summary>True where people must be looked up to know their names (<see cref="IPeople{TSettings}"/>).</summary>
    bool KnowsPeople => false;

    Task<PersonAnswer> FindPersonAsync(PersonQuestion question, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        throw new InvalidOperationException($"{Descriptor.Id} looks nobody up.");

    /// <summary>The question of a call that waits for instructions; null for all other requests.</summary>
    CallQuestion? AskedBy(WebhookRequest request, ChannelSettings settings) => null;

    HttpReply AnswerCall(CallPlan plan, CallQuestion question, ChannelSettings settings, Uri webhookUrl) =>
        throw new InvalidOperationException($"{Descriptor.Id} takes no calls.");

    /// <summary>Pure. Null where calls can't be taken in the browser.</summary>
    PhoneToken? PhoneTokenFor(string client, ChannelSettings settings, DateTimeOffset now) => null;
}

/// <summary>What every adapter derives from: its parts, typed by its settings.</summary>
public abstract class Channel<TSettings> : IChannel
    where TSettings : ChannelSettings
{
    public abstract ChannelDescriptor Descriptor { get; }
    protected abstract IReceiver<TSettings> Receiver { get; }
    protected abstract ISender<TSettings> Sender { get; }
    protected virtual IListener<TSettings>? Listener => null;
    protected virtual IMedia<TSettings>? Media => null;
    protected virtual ISetup<TSettings>? Setup => null;
    protected virtual ITemplates<TSettings>? Templates => null;
    protected virtual IActs<TSettings>? Acts => null;
    protected virtual IKeys<TSettings>? Keys => null;
    protected virtual ILogin<TSettings>? Login => null;
    protected virtual ICalls<TSettings>? Calls => null;
    protected virtual IPeople<TSettings>? People => null;

    public ChannelSettings ParseSettings(JsonElement json) => SettingsReader.Read<TSettings>(json);

    public Verdict Verify(WebhookRequest request, ChannelSettings settings) => Receiver.Verify(request, (TSettings)settings);

    public Reading Read(RawDelivery delivery, ChannelSettings settings) => Receiver.Read(delivery, (TSettings)settings);

    public Task<SendResult> SendAsync(OutboundMessage message, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        Sender.SendAsync(RichPlan.Fit(message, Descriptor.Rich), (TSettings)settings, context, ct);

    public bool Listens(ChannelSettings settings) => Listener?.IsWanted((TSettings)settings) ?? false;

    public Task ListenAsync(ChannelSettings settings, IListenerHost host, CancellationToken ct) =>
        (Listener ?? throw new InvalidOperationException($"{Descriptor.Id} has no listener.")).ListenAsync((TSettings)settings, host, ct);

    public Task<MediaContent> OpenMediaAsync(MediaRequest request, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        (Media ?? throw new MediaUnavailableException("This channel has no files to fetch.")).OpenAsync(request, (TSettings)settings, context, ct);

    public Task<IReadOnlyList<CheckStep>> CheckAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) =>
        Setup?.CheckAsync((TSettings)settings, context, ct) ?? Task.FromResult<IReadOnlyList<CheckStep>>([]);

    public Task<IReadOnlyList<CheckStep>> ConnectAsync(ChannelSettings settings, ConnectContext context, CancellationToken ct) =>
        Setup?.ConnectAsync((TSettings)settings, context, ct) ?? Task.FromResult<IReadOnlyList<CheckStep>>([]);

    public Task<IReadOnlyList<TemplateInfo>> ListTemplatesAsync(ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        Templates?.ListAsync((TSettings)settings, context, ct) ?? Task.FromResult<IReadOnlyList<TemplateInfo>>([]);

    public Task<SendResult> ActAsync(OutboundAct act, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        Acts?.ActAsync(act, (TSettings)settings, context, ct)
        ?? Task.FromResult<SendResult>(new SendResult.Failed(FailureKind.Content, $"{Descriptor.Name} can't do this."));

    public IReadOnlyList<Uri> KeysFor(WebhookRequest request, ChannelSettings settings) => Keys?.KeysFor(request, (TSettings)settings) ?? [];

    public bool HasLogin => Login is not null;

    public Uri BeginLogin(ChannelSettings settings, LoginRequest request) =>
        (Login ?? throw new InvalidOperationException($"{Descriptor.Id} has no sign-in.")).Begin((TSettings)settings, request);

    public Task<LoginOutcome> FinishLoginAsync(LoginAnswer answer, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        (Login ?? throw new InvalidOperationException($"{Descriptor.Id} has no sign-in.")).FinishAsync(answer, (TSettings)settings, context, ct);

    public bool KnowsPeople => People is not null;

    public Task<PersonAnswer> FindPersonAsync(PersonQuestion question, ChannelSettings settings, ProviderContext context, CancellationToken ct) =>
        (People ?? throw new InvalidOperationException($"{Descriptor.Id} looks nobody up.")).FindAsync(question, (TSettings)settings, context, ct);

    public CallQuestion? AskedBy(WebhookRequest request, ChannelSettings settings) => Calls?.Asked(request, (TSettings)settings);

    public PhoneToken? PhoneTokenFor(string client, ChannelSettings settings, DateTimeOffset now) => Calls?.TokenFor(client, (TSettings)settings, now);

    public HttpReply AnswerCall(CallPlan plan, CallQuestion question, ChannelSettings settings, Uri webhookUrl) =>
        (Calls ?? throw new InvalidOperationException($"{Descriptor.Id} takes no calls.")).Answer(plan, question, (TSettings)settings, webhookUrl);
}

/// <summary>Pure: no I/O, no clock. `Verify` compares secrets in constant time over the raw bytes.</summary>
public interface IReceiver<in TSettings>
{
    Verdict Verify(WebhookRequest request, TSettings settings);
    Reading Read(RawDelivery delivery, TSettings settings);
}

public interface ISender<in TSettings>
{
    /// <summary><see cref="OutboundMessage.Rich"/> holds only what the descriptor says the channel can show; the rest is in the text already.</summary>
    Task<SendResult> SendAsync(OutboundMessage message, TSettings settings, ProviderContext context, CancellationToken ct);
}

public interface IListener<in TSettings>
{
    bool IsWanted(TSettings settings);
    Task ListenAsync(TSettings settings, IListenerHost host, CancellationToken ct);
}

public interface IMedia<in TSettings>
{
    Task<MediaContent> OpenAsync(MediaRequest request, TSettings settings, ProviderContext context, CancellationToken ct);
}

public interface ISetup<in TSettings>
{
    Task<IReadOnlyList<CheckStep>> CheckAsync(TSettings settings, ConnectContext context, CancellationToken ct);
    Task<IReadOnlyList<CheckStep>> ConnectAsync(TSettings settings, ConnectContext context, CancellationToken ct);
}

public interface ITemplates<in TSettings>
{
    Task<IReadOnlyList<TemplateInfo>> ListAsync(TSettings settings, ProviderContext context, CancellationToken ct);
}

/// <summary>Pure. Which key documents a request's signature needs: see <see cref="IChannel.KeysFor"/>.</summary>
public interface IKeys<in TSettings>
{
    IReadOnlyList<Uri> KeysFor(WebhookRequest request, TSettings settings);
}

/// <summary>What an adapter may use of the outside world. The handler behind <paramref name="Http"/> guards against private targets.</summary>
public sealed record ProviderContext(HttpClient Http, TimeProvider Clock)
{
    /// <summary>The inbox's short-lived tokens.</summary>
    public IKeptTokens Tokens { get; init; } = new MemoryTokens(Clock);

    /// <summary>Opens TCP connections, guarded like <see cref="Http"/>.</summary>
    public LineDialer Dial { get; init; } = LineDialers.Direct;

    /// <summary>
    /// The public address of this inbox's webhook, for providers that are told with each message where to report (SMS, calls). Null when unknown.
    /// </summary>
    public Uri? WebhookUrl { get; init; }
}

/// <param name="WebhookUrl">The public URL the provider must call, key included where the channel has one.</param>
public sealed record ConnectContext(HttpClient Http, TimeProvider Clock, Uri WebhookUrl)
{
    public IKeptTokens Tokens { get; init; } = new MemoryTokens(Clock);

    public LineDialer Dial { get; init; } = LineDialers.Direct;

    /// <summary>The same for the parts that check by calling.</summary>
    public ProviderContext Provider => new(Http, Clock) { Tokens = Tokens, Dial = Dial, WebhookUrl = WebhookUrl };
}

/// <summary>Opens a TCP connection. Throws <see cref="IOException"/> or SocketException when it can't.</summary>
public delegate Task<Stream> LineDialer(string host, int port, CancellationToken ct);

public static class LineDialers
{
    /// <summary>Without a guard: for tests and tools.</summary>
    public static async Task<Stream> Direct(string host, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(host, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>One link of the chain that was checked: "Token", "Webhook", "IMAP sign-in". Fix says what the admin should do, null when ok.</summary>
public sealed record CheckStep(string Name, bool Ok, string Message, string? Fix = null);

/// <summary>
/// What a listener may ask of the product. A lease stands behind it: when it is lost, the token of `ListenAsync` is cancelled
/// and a late `StoreAsync` is refused, so two nodes never both move the position.
/// </summary>
public interface IListenerHost
{
    /// <summary>Also opens web sockets: <c>socket.ConnectAsync(uri, host.Http, ct)</c>.</summary>
    HttpClient Http { get; }
    TimeProvider Clock { get; }
    LineDialer Dial => LineDialers.Direct;
    IKeptTokens Tokens { get; }

    /// <summary>Where this inbox was read up to (UID, offset, since-token), as last given to <see cref="StoreAsync"/>; null at first.</summary>
    string? Position { get; }

    /// <summary>
    /// Stores deliveries and moves the position in one transaction. When it returns they are durable. An empty list only moves the position.
    /// </summary>
    Task StoreAsync(IReadOnlyList<RawDelivery> deliveries, string position, CancellationToken ct);

    /// <summary>Tells the inbox's health light: connected (null) or what is wrong, in words for an admin.</summary>
    void Report(string? trouble);

    /// <summary>Something was missed that can't be had again (a socket without history): written into the inbox's log with both times.</summary>
    void ReportGap(DateTimeOffset from, DateTimeOffset until, string reason) { }
}
