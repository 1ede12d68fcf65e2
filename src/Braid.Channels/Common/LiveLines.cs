using System.Collections.Concurrent;

namespace Braid.Channels.Common;

/// <summary>
/// The live connections of a channel whose senders use the listener's own: held by the channel object, named by server and account. The
/// newest one counts; a line that ended takes only itself away.
/// </summary>
internal sealed class LiveLines<TLine>
    where TLine : class
{
    private readonly ConcurrentDictionary<string, TLine> lines = new(StringComparer.Ordinal);

    public TLine? Find(string account) => lines.GetValueOrDefault(account);

    /// <summary>The line is there until what is returned is disposed of.</summary>
    public IDisposable Hold(string account, TLine line)
    {
        lines[account] = line;
        return new End(() => lines.TryRemove(KeyValuePair.Create(account, line)));
    }

    /// <summary>Without a live line nothing can have left: tried again when it is back.</summary>
    public static SendResult.Retry NotConnected { get; } = new("not connected yet", TimeSpan.FromSeconds(10)) { ProviderDown = true };

    private sealed class End(Action act) : IDisposable
    {
        public void Dispose() => act();
    }
}
