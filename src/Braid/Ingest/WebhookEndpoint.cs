using System.Collections.ObjectModel;
using System.Globalization;
using Braid.Calls;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform;
using Braid.Platform.Data;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Braid.Ingest;

/// <summary>
/// Step 1 of a message's way: is it really from them, and is it on the disk? Only then 200. Forged: 401/403 and nothing stored but a
/// counter. Full, away or too large: said so, so that the provider tries again.
/// </summary>
internal sealed partial class WebhookEndpoint(IInboxDirectory inboxes, IIntake intake, RefusedCounter refused, ProviderKeys keys, TimeProvider clock, IOptions<BraidOptions> options, ILogger<WebhookEndpoint> logger)
{
    private const int RetryAfterSeconds = 5;
    private static readonly string[] Methods = ["GET", "POST"];
    private static readonly IReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// `/webhooks/{channel}/{inbox id}/{key?}`, ahead of routing: nothing of what people need (endpoints, sessions, static files, idempotency
    /// keys) stands in a webhook's way, nor has to be made before the first one is taken.
    /// </summary>
    public static void Use(IApplicationBuilder app)
    {
        var door = ActivatorUtilities.CreateInstance<WebhookEndpoint>(app.ApplicationServices);
        app.Use((HttpContext http, RequestDelegate next) => Address.Of(http.Request.Path) is { } address ? door.ReceiveAsync(http, address) : next(http));
    }

    private async Task ReceiveAsync(HttpContext http, Address address)
    {
        var ct = http.RequestAborted;
        var (channel, key) = (address.Channel, address.Key);
        if (!Methods.Contains(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = string.Join(", ", Methods);
            return;
        }

        ConnectedInbox? inbox;
        try
        {
            inbox = await inboxes.FindAsync(address.Inbox, ct);
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            TryLater(http);
            return;
        }

        if (inbox is not { Enabled: true } || inbox.Channel.Descriptor.Id != channel || (inbox.WebhookKey is { } expected && !Secrets.Match(key, expected)))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ReadBodyAsync(http, inbox.Channel.Descriptor.Limits.BodyBytes, ct) is not { } body)
        {
            refused.Count(inbox, "too_large", $"over {inbox.Channel.Descriptor.Limits.BodyBytes / 1024} KB");
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var request = Request(http, body);
        switch (await keys.VerifyAsync(inbox, request, ct))
        {
            case Verdict.Forged forged:
                refused.Count(inbox, "forged", forged.Reason);
                http.Response.StatusCode = forged.Status;
                return;
            case Verdict.Challenge challenge:
                await AnswerAsync(http, challenge.Answer, ct);
                return;
            case Verdict.Genuine genuine:
                await StoreAsync(http, inbox, request, genuine);
                return;
        }
    }

    private async Task StoreAsync(HttpContext http, ConnectedInbox inbox, WebhookRequest request, Verdict.Genuine genuine)
    {
        var raw = new RawDelivery { Body = request.Body, ContentType = http.Request.ContentType, Headers = Noteworthy(request.Headers), Query = request.Query, ReceivedAt = request.ReceivedAt };
        try
        {
            // Not the request's token: a provider that hangs up must not leave us unsure of what was stored.
            await intake.AcceptAsync([new Receipt(inbox, raw, DeliverySource.Webhook)], null, CancellationToken.None);
        }
        catch (IntakeFullException)
        {
            refused.Count(inbox, "overloaded", "the intake queue was full");
            TryLater(http);
            return;
        }
        catch (Exception)
        {
            TryLater(http);
            return;
        }

        await AnswerAsync(http, await PlanAsync(http, inbox, request) ?? genuine.Answer, CancellationToken.None);
    }

    /// <summary>A call waits for what to do; the delivery is safe and applied by now, so the caller is known.</summary>
    private async Task<HttpReply?> PlanAsync(HttpContext http, ConnectedInbox inbox, WebhookRequest request)
    {
        if (inbox.Channel.AskedBy(request, inbox.Settings) is not { } question) { return null; }
        CallPlan plan;
        try
        {
            plan = await http.RequestServices.GetRequiredService<CallDesk>().AnswerAsync(inbox, question, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever is wrong here, the caller hears a voice and can leave a message.
            Log.NoPlan(logger, e, inbox.Id);
            plan = CallDesk.Voicemail();
        }

        return inbox.Channel.AnswerCall(plan, question, inbox.Settings, new Uri(request.Url.GetLeftPart(UriPartial.Path)));
    }

    private WebhookRequest Request(HttpContext http, ReadOnlyMemory<byte> body)
    {
        var request = http.Request;
        var headers = new Dictionary<string, string>(request.Headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var header in request.Headers) { headers[header.Key] = header.Value.ToString(); }
        var root = options.Value.PublicUrl ?? new Uri($"{request.Scheme}://{request.Host.Value ?? "localhost"}");
        return new WebhookRequest
        {
            Method = request.Method,
            Url = new Uri(root, request.Path + request.QueryString),
            Headers = headers,
            Query = request.QueryString.HasValue ? request.Query.ToDictionary(value => value.Key, value => value.Value.ToString(), StringComparer.Ordinal) : None,
            Body = body,
            ReceivedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>Null when it is over the limit; refused before parsing.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext http, int limit, CancellationToken ct)
    {
        if (http.Request.ContentLength > limit) { return null; }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The loop below counts for itself: Kestrel's own refusal would pass by the counter.
            size.MaxRequestBodySize = null;
        }

        if (http.Request.ContentLength is { } length)
        {
            var exact = new byte[length];
            await http.Request.Body.ReadExactlyAsync(exact, ct);
            return exact;
        }

        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, ct)) > 0)
        {
            if (buffer.Length + read > limit) { return null; }
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>What a later look or a replay may need; transport noise and secrets stay outside.</summary>
    private static IReadOnlyDictionary<string, string> Noteworthy(IReadOnlyDictionary<string, string> headers)
    {
        Dictionary<string, string>? kept = null;
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("x-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("x-forwarded", StringComparison.OrdinalIgnoreCase)) { (kept ??= [])[name] = value; }
        }

        return kept ?? None;
    }

    private static void TryLater(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task AnswerAsync(HttpContext http, HttpReply? answer, CancellationToken ct)
    {
        http.Response.StatusCode = answer?.Status ?? StatusCodes.Status200OK;
        if (answer is null) { return; }
        http.Response.ContentType = answer.ContentType;
        await http.Response.Body.WriteAsync(answer.Body, ct);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "No plan could be made for a call on inbox {Inbox}; the caller is asked to leave a message")]
        public static partial void NoPlan(ILogger logger, Exception e, Id<Inbox> inbox);
    }

    /// <param name="Key">The secret part of the address, for providers that sign nothing.</param>
    private sealed record Address(string Channel, Id<Inbox> Inbox, string? Key)
    {
        public static Address? Of(PathString path) =>
            path.StartsWithSegments("/webhooks", out var rest) && rest.Value?.Split('/') is ["", var channel, var id, .. var more] && Guid.TryParse(id, CultureInfo.InvariantCulture, out var inbox)
                ? more switch { [] or [""] => new(channel, new(inbox), null), [var key] => new(channel, new(inbox), key), [var key, ""] => new(channel, new(inbox), key), _ => null }
                : null;
    }
}
