using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Cti;

/// <summary>
/// Any phone system (a PBX, a softphone, a call centre) that can post JSON: it tells what calls do, Braid shows and keeps them. The phone
/// system goes on deciding who is rung.
/// </summary>
public sealed class CtiChannel : Channel<CtiSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 1600,
        BodyBytes = 1024 * 1024,
        CallTimeout = TimeSpan.FromSeconds(20),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "cti",
        Name = "Phone system",
        Summary = "Show the calls of your own phone system beside your messages: who rings, who took it, voicemail and transcript.",
        SettingsType = typeof(CtiSettings),
        Capabilities = new() { Calls = true },
        Limits = Limits,
        Address = AddressKind.Phone,
        FirstContact = FirstContact.No,
        Group = ChannelGroup.Voice,
        ConnectSteps =
        [
            "Let Braid make a signing secret, and save.",
            "In the phone system (or a small script beside it) post call events as JSON to {webhookUrl}, signed with the secret. The README of this channel shows every event with an example.",
            "If recordings need a sign-in, enter their address and the token to fetch them with.",
            "Call your number: the caller appears while it rings.",
        ],
    };

    private static readonly CtiReceiver Reader = new();

    protected override IReceiver<CtiSettings> Receiver => Reader;
    protected override ICalls<CtiSettings> Calls { get; } = new CtiCalls(Reader);
    protected override ISender<CtiSettings> Sender { get; } = new CtiSender();
    protected override IMedia<CtiSettings> Media { get; } = new CtiMedia();
    protected override ISetup<CtiSettings> Setup { get; } = new CtiSetup();
}

public sealed record CtiSettings : ChannelSettings
{
    [Setting("Signing secret", Help = "What the phone system signs its posts with (Standard Webhooks).", Placeholder = "whsec_…", Secret = true, Generate = true)]
    [Required(ErrorMessage = "Choose a signing secret, or let Braid make one.")]
    [MinLength(16, ErrorMessage = "Choose a signing secret of at least 16 characters.")]
    public string SigningSecret { get; init; } = "";

    [Setting("Second signing secret", Help = "While you replace the secret, the other one.", Secret = true, Advanced = true)]
    public string? SecondarySigningSecret { get; init; }

    [Setting("Phone number", Help = "Shown to agents.", Placeholder = "+441632960141")]
    public string? PhoneNumber { get; init; }

    [Setting("Address of recordings", Help = "Only files under this address are fetched with the token.", Placeholder = "https://pbx.example.com")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }

    [Setting("Token for recordings", Help = "Sent as Authorization: Bearer.", Secret = true)]
    public string? RecordingToken { get; init; }

    public override string? Address => string.IsNullOrWhiteSpace(PhoneNumber) ? null : PhoneNumber;

    public override IEnumerable<(string Field, string Problem)> Check()
    {
        if (!string.IsNullOrWhiteSpace(RecordingToken) && string.IsNullOrWhiteSpace(ApiBaseUrl))
        {
            yield return ("apiBaseUrl", "Enter the address of recordings too, so that the token goes nowhere else.");
        }
    }
}
