using System.ComponentModel.DataAnnotations;
using System.Net.Http.Json;
using System.Text.Json;
using Braid.Channels;

namespace Braid.Testing;

/// <summary>
/// A channel for tests of the product: its webhook body is the list of events it reads, so a test says exactly what arrives. Sending
/// answers what the test has queued, else "sent".
/// </summary>
public sealed class ScriptChannel : Channel<ScriptChannel.Script>
{
    public sealed record Script : ChannelSettings
    {
        [Setting("Secret", Secret = true), Required]
        public string Secret { get; init; } = "";

        [Setting("Account")]
        public string? AccountId { get; init; }

        public override string? Account => AccountId;
    }

    private readonly Parts parts;

    public ScriptChannel(string id = "script", TimeSpan? window = null, UnknownSend whenUnknown = UnknownSend.AskAgent)
    {
        parts = new Parts(this);
        Descriptor = new ChannelDescriptor
        {
            Id = id,
            Name = "Script",
            Summary = "Says what the test says.",
            SettingsType = typeof(Script),
            Capabilities = new ChannelCapabilities { Attachments = true, Replies = true },
            Limits = new ChannelLimits { AttachmentBytes = 1024 * 1024, SendsPerSecond = 1000 },
            ReplyWindow = window,
            WhenUnknown = whenUnknown,
            FirstContact = FirstContact.Yes,
        };
    }

    public override ChannelDescriptor Descriptor { get; }
    protected override IReceiver<Script> Receiver => parts;
    protected override ISender<Script> Sender => parts;
    protected override ICalls<Script> Calls => parts;

    /// <summary>Every attempt, in order.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<OutboundMessage> Attempts { get; } = new();

    /// <summary>What the next attempts answer; empty = sent with the message's id.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Func<OutboundMessage, CancellationToken, Task<SendResult>>> Answers { get; } = new();

    /// <summary>Raised at each attempt.</summary>
    public event Action<OutboundMessage>? Attempted;

    public static HttpRequestMessage Delivery(Guid inbox, IEnumerable<InboundEvent> events, string secret = "s3cret", string channel = "script") =>
        new(HttpMethod.Post, $"/webhooks/{channel}/{inbox}")
        {
            Content = JsonContent.Create(events, options: JsonSerializerOptions.Web),
            Headers = { { "X-Script-Secret", secret } },
        };

    private sealed class Parts(ScriptChannel channel) : IReceiver<Script>, ISender<Script>, ICalls<Script>
    {
        public Verdict Verify(WebhookRequest request, Script settings) =>
            request.HeaderEquals("X-Script-Secret", settings.Secret) ? new Verdict.Genuine() : new Verdict.Forged("the secret does not match");

        public Reading Read(RawDelivery delivery, Script settings)
        {
            try
            {
                return new Reading.Events(JsonSerializer.Deserialize<List<InboundEvent>>(delivery.Body.Span, JsonSerializerOptions.Web) ?? []);
            }
            catch (JsonException)
            {
                return new Reading.Unreadable("not a list of events");
            }
        }

        /// <summary>A delivery with this header waits for what to do with the call it names.</summary>
        public CallQuestion? Asked(WebhookRequest request, Script settings) => request.Headers.GetValueOrDefault("X-Script-Call") is { } call ? new(call, "+4930", false) : null;

        public HttpReply Answer(CallPlan plan, CallQuestion question, Script settings, Uri webhookUrl) => HttpReply.Text(plan.GetType().Name);

        public async Task<SendResult> SendAsync(OutboundMessage message, Script settings, ProviderContext context, CancellationToken ct)
        {
            channel.Attempts.Enqueue(message);
            channel.Attempted?.Invoke(message);
            return channel.Answers.TryDequeue(out var answer) ? await answer(message, ct) : new SendResult.Sent(message.Id.ToString());
        }
    }
}
