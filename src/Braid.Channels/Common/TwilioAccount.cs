namespace Braid.Channels.Common;

/// <summary>What messages and calls check and set at a Twilio account in the same way.</summary>
internal static class TwilioAccount
{
    private const string Twilio = "Twilio";

    public static async Task<CheckStep> CheckAsync(JsonApi api, string? sid, CancellationToken ct)
    {
        var answer = await api.GetAsync($"2010-04-01/Accounts/{sid}.json", ct);
        var step = Outcomes.Step(
            "Account", answer, Twilio, "Twilio accepts the credentials.", "Compare the Account SID and the Auth Token (or the API key) with the Twilio console.");
        return step.Ok && answer is ProviderAnswer.Answered { Json: var json } && json.Text("status") is { } status && status != "active"
            ? new("Account", false, $"The Twilio account is {status}.", "Look at the account in the Twilio console; Twilio's support can say why.")
            : step;
    }

    /// <summary>The number's webhook: right, to be set, or set now.</summary>
    /// <param name="wanted">The number's fields; the first one tells whether it is set already.</param>
    public static async Task<CheckStep> NumberAsync(
        JsonApi api, string? sid, string phone, string what, IReadOnlyList<KeyValuePair<string, string>> wanted, bool connect, string byHand, CancellationToken ct)
    {
        var path = $"2010-04-01/Accounts/{sid}/IncomingPhoneNumbers";
        var answer = await api.GetAsync($"{path}.json?PhoneNumber={Uri.EscapeDataString(phone)}", ct);
        var step = Outcomes.Step("Number", answer, Twilio, "The number belongs to the account.", byHand);
        if (!step.Ok || answer is not ProviderAnswer.Answered { Json: var json }) { return step; }

        var number = json.Items("incoming_phone_numbers").FirstOrDefault();
        if (number.Id("sid") is not { } id)
        {
            return new("Number", false, "This number does not belong to the account.", "Enter a number from Phone Numbers in the Twilio console, with + and country code.");
        }

        if (number.Text(wanted[0].Key == "SmsUrl" ? "sms_url" : "voice_url") == wanted[0].Value)
        {
            return new("Webhook", true, $"Twilio sends this number's {what} to Braid.");
        }

        if (!connect) { return new("Webhook", false, $"Twilio does not send this number's {what} to Braid.", "Choose Connect, or do it by hand. " + byHand); }
        return Outcomes.Step("Webhook", await api.PostFormAsync($"{path}/{id}.json", wanted, ct), Twilio, $"Twilio sends this number's {what} to Braid.", byHand);
    }
}
