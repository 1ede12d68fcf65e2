using Braid.Channels;

namespace Braid.Testing;

/// <summary>A channel as somebody else would ship it: it knows the abstractions alone.</summary>
public sealed class PackagedChannel : Channel<PackagedChannel.Settings>
{
    public sealed record Settings : ChannelSettings;

    public override ChannelDescriptor Descriptor { get; } = new()
    {
        Id = "packaged", Name = "Packaged", Summary = "From another house.", SettingsType = typeof(Settings), Capabilities = new(), Limits = new(), KeyInUrl = true,
    };

    protected override IReceiver<Settings> Receiver => throw new NotSupportedException();
    protected override ISender<Settings> Sender => throw new NotSupportedException();
}
