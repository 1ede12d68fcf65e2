using System.ComponentModel.DataAnnotations;

namespace Braid.Channels.Echo;

/// <summary>The smallest complete channel: the example to copy, and what tests and load runs talk through.</summary>
public sealed class EchoChannel : Channel<EchoSettings>
{
    internal static readonly ChannelLimits Limits = new()
    {
        TextLength = 4096,
        BodyBytes = 256 * 1024,
        SendsPerSecond = 1000,
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "echo",
        Name = "Echo",
        Summary = "A plain JSON channel for trying Braid out and for load tests.",
        SettingsType = typeof(EchoSettings),
        Capabilities = new() { Replies = true, DeliveredReceipts = true, ReadReceipts = true },
        Limits = Limits,
        Group = ChannelGroup.Custom,
        WhenUnknown = UnknownSend.Repeat,
        FirstContact = FirstContact.Yes,
        ConnectSteps =
        [
            "Choose a secret and save the inbox.",
            "Post messages to {webhookUrl} with the secret in the header X-Echo-Secret.",
            "Enter the address that Braid should post answers to.",
        ],
    };

    protected override IReceiver<EchoSettings> Receiver { get; } = new EchoReceiver();
    protected override ISender<EchoSettings> Sender { get; } = new EchoSender();
    protected override ISetup<EchoSettings> Setup { get; } = new EchoSetup();
}

public sealed record EchoSettings : ChannelSettings
{
    [Setting("Secret", Help = "Sent in the header X-Echo-Secret with every message.", Secret = true, Generate = true)]
    [Required(ErrorMessage = "Choose a secret.")]
    public string Secret { get; init; } = "";

    [Setting("Address for answers", Help = "Braid posts to {this address}/messages.", Placeholder = "https://example.org/echo")]
    [Url(ErrorMessage = "Enter a web address that starts with https://.")]
    public string? ApiBaseUrl { get; init; }
}
