using System.Text.Json.Nodes;
using Braid.Channels.Common;
using Braid.Channels.Meta;

namespace Braid.Channels.WhatsApp;

/// <summary>Reactions, read ticks and the typing bubble. All may be repeated, so a lost answer is tried again.</summary>
internal sealed class WhatsAppActs : IActs<WhatsAppSettings>
{
    public async Task<SendResult> ActAsync(OutboundAct act, WhatsAppSettings settings, ProviderContext context, CancellationToken ct)
    {
        if (Body(act) is not { } body) return No(act);

        var api = new GraphApi(settings.Access, context.Http, context.Clock);
        var answer = await api.PostAsync($"{settings.PhoneNumberId}/messages", body, ct);
        return answer is ProviderAnswer.Answered { Ok: true } yes
            ? new SendResult.Sent(yes.Json.Items("messages").FirstOrDefault().Id("id") ?? act.ExternalId!)
            : Outcomes.BeforeSending(WhatsAppErrors.Result(answer));
    }

    private static JsonObject? Body(OutboundAct act)
    {
        if (act.ExternalId is not { } id) return null;
        switch (act.Kind)
        {
            case ActKind.React or ActKind.Unreact:
                var body = WhatsAppParts.Address(act.ThreadId);
                body["type"] = "reaction";
                body["reaction"] = new JsonObject { ["message_id"] = id, ["emoji"] = act.Kind == ActKind.React ? act.Emoji : "" };
                return body;
            case ActKind.MarkRead or ActKind.Typing:
                var mark = new JsonObject { ["messaging_product"] = "whatsapp", ["status"] = "read", ["message_id"] = id };
                // The bubble hangs on a message and marks it as read, too; there is no other way to show it.
                if (act.Kind == ActKind.Typing) mark["typing_indicator"] = new JsonObject { ["type"] = "text" };
                return mark;
            default:
                return null;
        }
    }

    private static SendResult.Failed No(OutboundAct act) => new(FailureKind.Content, act.Kind switch
    {
        ActKind.Typing => "WhatsApp shows typing only about a message of the customer.",
        ActKind.Edit or ActKind.Delete => "WhatsApp does not let a business change or take back what it sent.",
        _ => "WhatsApp can't do this.",
    });
}
