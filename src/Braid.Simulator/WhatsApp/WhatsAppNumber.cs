using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;

namespace Braid.Simulator.WhatsApp;

/// <summary>One business number with its app: ids, secrets, templates, the people who wrote to it. All state is changed under <see cref="Gate"/>.</summary>
public sealed class WhatsAppNumber : IAsyncDisposable
{
    private readonly List<WebhookEvent> early = [];
    private WebhookQueue? queue;

    internal WhatsAppNumber(World world, string displayPhoneNumber, string verifiedName)
    {
        (World, DisplayPhoneNumber, VerifiedName) = (world, displayPhoneNumber, verifiedName);
        PhoneNumberId = Digits();
        WabaId = Digits();
        AccessToken = "EAAG" + world.Letters(60, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
        AppSecret = Convert.ToHexStringLower(world.Bytes(16));
        Media = new WhatsAppMedia(world);
    }

    public string PhoneNumberId { get; }
    public string WabaId { get; }
    public string DisplayPhoneNumber { get; }
    public string VerifiedName { get; }
    public string AccessToken { get; }
    public string AppSecret { get; }
    public Uri? CallbackUrl { get; private set; }

    /// <summary>Everything any person was shown by this number.</summary>
    public Arrivals<WhatsAppReceived> Sent { get; } = new();

    internal World World { get; }
    internal Lock Gate { get; } = new();
    internal WhatsAppMedia Media { get; }
    internal List<WhatsAppTemplate> Templates { get; } = [];
    internal Dictionary<string, WhatsAppPerson> People { get; } = new(StringComparer.Ordinal);

    /// <summary>Who wrote a message, to know whose phone shows that it was read.</summary>
    internal Dictionary<string, WhatsAppPerson> Authors { get; } = new(StringComparer.Ordinal);
    internal Dictionary<string, WhatsAppTrack> Tracks { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Registers the webhook as Meta's dashboard does: asks the address with hub.challenge, and posts there only when it gives the challenge
    /// back. False when it doesn't.
    /// </summary>
    public async Task<bool> SubscribeAsync(Uri callback, string verifyToken, CancellationToken ct)
    {
        var challenge = World.Number(1_000_000_000, 2_000_000_000).ToString(CultureInfo.InvariantCulture);
        var question = new UriBuilder(callback) { Query = $"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={Uri.EscapeDataString(verifyToken)}" };
        using var answer = await World.Http.GetAsync(question.Uri, ct);
        if (!answer.IsSuccessStatusCode || await answer.Content.ReadAsStringAsync(ct) != challenge)
        {
            return false;
        }

        PostTo(callback);
        return true;
    }

    /// <summary>Posts to this address from now on, without asking it first; what happened before is posted too.</summary>
    public void PostTo(Uri callback)
    {
        lock (Gate)
        {
            CallbackUrl = callback;
            queue ??= new WebhookQueue(World, SimulatedProvider.WhatsApp, batches: true, TimeSpan.FromDays(7), Request);
            early.ForEach(queue.Add);
            early.Clear();
        }
    }

    public void AddTemplate(WhatsAppTemplate template)
    {
        lock (Gate)
        {
            Templates.RemoveAll(t => t.Name == template.Name && t.Language == template.Language);
            Templates.Add(template with { Id = Digits() });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (queue is not null)
        {
            await queue.DisposeAsync();
        }
    }

    /// <summary>Signs a body as Meta does.</summary>
    public static string Sign(ReadOnlySpan<byte> body, string appSecret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), body));

    internal string Digits() => World.Number(100_000_000_000_000, 900_000_000_000_000).ToString(CultureInfo.InvariantCulture);

    internal string NewMessageId(string address, bool fromUs)
    {
        byte[] bytes = [0x1D, 0x18, (byte)address.Length, .. Encoding.ASCII.GetBytes(address), 0x15, 2, 0, fromUs ? (byte)0x11 : (byte)0x12, 0x18, 0x14, .. World.Bytes(10)];
        return "wamid." + Convert.ToBase64String(bytes);
    }

    /// <summary>The value of a webhook about this person. Called under the gate.</summary>
    internal WebhookEvent Report(JsonArray? contacts, string list, JsonObject item, DateTimeOffset at, string field = "messages")
    {
        var value = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new JsonObject { ["display_phone_number"] = DisplayPhoneNumber, ["phone_number_id"] = PhoneNumberId },
        };
        if (contacts is not null)
        {
            value["contacts"] = contacts;
        }

        value[list] = new JsonArray(item);
        var change = new WebhookEvent(new JsonObject { ["value"] = value, ["field"] = field }, at);
        if (queue is null)
        {
            early.Add(change);
        }
        else
        {
            queue.Add(change);
        }

        return change;
    }

    private HttpRequestMessage Request(IReadOnlyList<WebhookEvent> events)
    {
        var body = WireJson.Bytes(WhatsAppBatch.Build(WabaId, [.. events.Select(e => e.Body)]));
        var request = new HttpRequestMessage(HttpMethod.Post, CallbackUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Hub-Signature-256", Sign(body, AppSecret));
        return request;
    }
}
