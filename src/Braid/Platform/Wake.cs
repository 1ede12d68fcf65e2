using System.Threading.Channels;

namespace Braid.Platform;

/// <summary>
/// "Look again": a bell for one loop. Rings before the wait are not lost and any number of them count as one; without a ring the
/// loop looks by itself after a while, because a ring on another node is not heard here.
/// </summary>
internal sealed class Wake(TimeProvider clock)
{
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => bell.Writer.TryWrite(true);

    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(Task.Delay(atMost, clock, done.Token), bell.Reader.WaitToReadAsync(done.Token).AsTask());
        await done.CancelAsync();
        bell.Reader.TryRead(out _);
        ct.ThrowIfCancellationRequested();
    }
}
