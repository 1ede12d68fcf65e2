using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.SignalCli;

/// <summary>Reads signal-cli's notifications, however they are wrapped: by JSON-RPC, by a subscription, or bare.</summary>
internal sealed class SignalReceiver : IReceiver<SignalSettings>
{
    public Verdict Verify(WebhookRequest request, SignalSettings settings) => new Verdict.Forged("Signal is listened to, it calls no webhook.", 403);

    public Reading Read(RawDelivery delivery, SignalSettings settings) =>
        ChannelJson.Read(delivery, "a signal-cli message", json =>
        {
            var parameters = json.Get("params");
            var body = parameters.Get("result").IsObject() ? parameters.Get("result") : parameters.IsObject() ? parameters : json;
            var envelope = body.Get("envelope");
            if (!envelope.IsObject())
            {
                return body.Get("exception").IsObject() ? new Reading.Ignored("signal-cli could not decrypt a message") : new Reading.Unreadable("not a signal-cli message");
            }

            var account = body.Text("account") ?? settings.Number;
            if (settings.Number.Length > 0 && account != settings.Number) { return new Reading.Ignored("for another number"); }
            return new SignalEnvelope(envelope, account).Read();
        });
}
