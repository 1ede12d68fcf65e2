using Braid.Platform.Data;
using Braid.Platform.Events;
using Braid.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Testing;

/// <summary>Waits for a state by the server's own signal of news, with a limit in real time only for the case that it never comes.</summary>
internal sealed class Awaited : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim news = new(0);
    private readonly EventSignal signal;
    private readonly Action<News> heard;

    public Awaited(TestBraid braid, Id<Workspace> workspace)
    {
        signal = braid.Services.GetRequiredService<EventSignal>();
        heard = n => { if (n.Workspace == workspace) { news.Release(); } };
        signal.Heard += heard;
    }

    public async Task UntilAsync(Func<Task<bool>> state)
    {
        while (!await state())
        {
            (await news.WaitAsync(Limit)).ShouldBeTrue("the expected change never came");
        }
    }

    public void Dispose()
    {
        signal.Heard -= heard;
        news.Dispose();
    }
}
