namespace Braid.Simulator.Demo;

/// <summary>All stories side by side. One that fails is reported and left; the others go on.</summary>
internal sealed class DemoLife(Func<DemoStory, DemoTeller> teller, DemoTeam team, DemoPace pace, Action<string> say, CancellationToken ct)
{
    private readonly List<DemoTeller> people = [];
    private readonly List<Task> background = [];

    /// <summary>Tells what has happened so far, several stories at a time. Told before: people are only at their phones.</summary>
    public Task FillAsync(IReadOnlyList<DemoStory> stories, bool told, int atOnce)
    {
        var ready = stories.Select(teller).ToList();
        people.AddRange(ready);
        ready.ForEach(r => background.Add(GuardAsync(r.ListenAsync)));
        return told ? Task.CompletedTask : Parallel.ForEachAsync(
            ready, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ct },
            async (each, _) => await GuardAsync(c => each.TellAsync(live: false, c)));
    }

    /// <summary>Every few seconds somebody writes: new people first, later those we know, with new questions.</summary>
    public async Task GoOnAsync(IReadOnlyList<DemoStory> stories)
    {
        var fresh = new Queue<DemoStory>(stories);
        for (var turn = 0; ; turn++)
        {
            await pace.NextAsync(ct);
            background.RemoveAll(t => t.IsCompleted);
            if (turn % 2 == 0 && fresh.TryDequeue(out var story))
            {
                var newcomer = teller(story);
                people.Add(newcomer);
                background.Add(GuardAsync(newcomer.ListenAsync));
                background.Add(GuardAsync(c => newcomer.TellAsync(live: true, c)));
            }
            else
            {
                var asking = people.FindAll(p => p.MayAskMore);
                if (asking.Count == 0)
                {
                    continue;
                }

                var somebody = asking[pace.Pick(asking.Count)];
                background.Add(GuardAsync(c => somebody.AskMoreAsync(team, c)));
            }
        }
    }

    public Task EndAsync() => Task.WhenAll(background);

    private async Task GuardAsync(Func<CancellationToken, Task> act)
    {
        try
        {
            await act(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The demo ends.
        }
        catch (Exception e) when (DemoRunner.IsTrouble(e))
        {
            say(e.Message);
        }
    }
}
