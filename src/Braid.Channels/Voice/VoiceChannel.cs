using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Voice;

/// <summary>A phone number at Twilio: calls ring where the product says, are recorded, transcribed and kept beside what customers write.</summary>
public class VoiceChannel : Channel<VoiceSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 1600,
        BodyBytes = 256 * 1024,
        SendsPerSecond = 1,
        CallTimeout = TimeSpan.FromSeconds(20),
    };

    private static readonly IReadOnlyList<string> Steps =
    [
        "In the Twilio console copy the Account SID and the Auth Token from the start page, and enter the number that customers call.",
        "Save and choose Connect: Braid enters {webhookUrl} at the number, for incoming calls and for their status. By hand: Phone Numbers, the number, Voice, \"A call comes in\" and \"Call status changes\", both by HTTP POST.",
        "Then say who is rung: agents' phones, SIP addresses or browsers.",
        "Recording calls needs the caller's consent in many countries: say so in the greeting.",
    ];

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "voice",
        Name = "Phone calls",
        Summary = "Take calls on a Twilio number, with voicemail, recordings and transcripts beside your messages.",
        SettingsType = typeof(VoiceSettings),
        Capabilities = new() { Calls = true },
        Limits = Limits,
        Address = AddressKind.Phone,
        FirstContact = FirstContact.No,
        Group = ChannelGroup.Voice,
        Cost = "Twilio charges for the number, for each minute of a call and of the phones it rings, and for recordings and transcripts.",
        ConnectSteps = Steps,
        Variants = [new ChannelVariant("voice-twilio", "Phone calls by Twilio", new Dictionary<string, string>(), Steps)],
    };

    protected override IReceiver<VoiceSettings> Receiver { get; } = new VoiceReceiver();
    protected override ISender<VoiceSettings> Sender { get; } = new VoiceSender();
    protected override IMedia<VoiceSettings> Media { get; } = new VoiceMedia();
    protected override ISetup<VoiceSettings> Setup { get; } = new VoiceSetup();
    protected override ICalls<VoiceSettings> Calls { get; } = new VoiceCalls();
}

public sealed record VoiceSettings : ChannelSettings
{
    [Setting("Account SID", Placeholder = "AC…")]
    [Required(ErrorMessage = "Enter the Account SID from the start page of the Twilio console.")]
    [RegularExpression("^AC[0-9a-f]{32}$", ErrorMessage = "An Account SID starts with AC and has 34 characters. It stands on the console's start page.")]
    public string AccountSid { get; init; } = "";

    [Setting("Auth Token", Help = "Also proves that calls come from Twilio.", Secret = true)]
    [Required(ErrorMessage = "Enter the Auth Token from the start page of the Twilio console.")]
    public string AuthToken { get; init; } = "";

    [Setting("Phone number", Help = "The number customers call.", Placeholder = "+14155550190")]
    [Required(ErrorMessage = "Enter the number that customers call, with + and country code.")]
    [RegularExpression(@"^\+[1-9][0-9]{7,14}$", ErrorMessage = "Enter the number with + and country code, such as +14155550190.")]
    public string PhoneNumber { get; init; } = "";

    [Setting("API key for browsers", Help = "Lets agents take calls in their browser. Twilio console, Account, API keys: a standard key.", Placeholder = "SK…", Advanced = true)]
    [RegularExpression("^SK[0-9a-f]{32}$", ErrorMessage = "An API key's SID starts with SK and has 34 characters.")]
    public string? ApiKeySid { get; init; }

    [Setting("API key's secret", Help = "Twilio shows it once, when the key is made.", Secret = true, Advanced = true)]
    public string? ApiKeySecret { get; init; }

    [Setting("Second Auth Token", Help = "While you replace the token, the other one.", Secret = true, Advanced = true)]
    public string? SecondaryAuthToken { get; init; }

    [Setting("API address", Help = "For a region or a gateway of your own.", Placeholder = "https://api.twilio.com", Advanced = true)]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    public override string? Address => PhoneNumber;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (string.IsNullOrWhiteSpace(ApiKeySid) != string.IsNullOrWhiteSpace(ApiKeySecret))
        {
            yield return (string.IsNullOrWhiteSpace(ApiKeySid) ? "apiKeySid" : "apiKeySecret", "The browser phone needs the key's SID and its secret.");
        }
    }
}
