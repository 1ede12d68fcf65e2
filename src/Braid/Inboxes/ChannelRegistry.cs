using System.Collections.Frozen;
using Braid.Channels;
using Braid.Platform.Http;

namespace Braid.Inboxes;

/// <summary>The channels of this server, in the order in which they are offered.</summary>
internal sealed class ChannelRegistry(IEnumerable<IChannel> channels)
{
    private readonly FrozenDictionary<string, IChannel> byId = channels.ToFrozenDictionary(c => c.Descriptor.Id, StringComparer.Ordinal);

    public IReadOnlyList<IChannel> All { get; } = [.. channels];

    public IChannel? Find(string id) => byId.GetValueOrDefault(id);

    public IChannel Require(string id) =>
        Find(id) ?? throw RefusalException.Invalid("There is no such channel.", new Dictionary<string, string> { ["channel"] = $"Choose one of: {string.Join(", ", All.Select(c => c.Descriptor.Id))}." });
}
