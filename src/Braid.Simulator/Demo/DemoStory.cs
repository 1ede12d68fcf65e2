namespace Braid.Simulator.Demo;

/// <summary>Somebody of the demo's cast, and how they can be met.</summary>
internal sealed record DemoPerson(string Name, string Language)
{
    /// <summary>Given, family and user name on Telegram.</summary>
    public (string First, string? Last, string? User)? Telegram { get; init; }

    /// <summary>Digits.</summary>
    public string? WhatsApp { get; init; }
    public string? Email { get; init; }

    /// <summary>A customer number of the shop, when the chat knows who is signed in.</summary>
    public string? ShopUser { get; init; }
}

internal enum DemoChannel
{
    Telegram,
    WhatsApp,
    Email,
    Chat,
}

/// <summary>What happens next in a story.</summary>
internal abstract record DemoStep
{
    private DemoStep()
    {
    }

    /// <summary>The customer writes; by mail perhaps also in HTML.</summary>
    public sealed record Says(DemoChannel On, string Text, string? Html = null) : DemoStep;

    /// <summary>The customer sends a photo, voice, document or location.</summary>
    public sealed record Sends(DemoChannel On, string Kind, string? Caption, string? Name = null) : DemoStep;

    /// <summary>A colleague answers, or notes something for the team only.</summary>
    public sealed record Answers(string Agent, string Text, bool Private = false) : DemoStep;

    public sealed record Assigns(string Agent) : DemoStep;

    public sealed record Resolves(string Agent) : DemoStep;

    public sealed record Snoozes(string Agent, TimeSpan For) : DemoStep;

    /// <summary>A colleague writes the customer's address down, so that mail and chat come to the same profile.</summary>
    public sealed record NotesAddress(string Agent, string Email) : DemoStep;
}

/// <summary>One person's story: what was said and done so far, and what they say when somebody answers them.</summary>
internal sealed record DemoStory(DemoPerson Person, DemoChannel On)
{
    /// <summary>The subject, where the channel has one.</summary>
    public string Subject { get; init; } = "";

    /// <summary>How long ago it began.</summary>
    public TimeSpan Ago { get; init; }
    public IReadOnlyList<DemoStep> Steps { get; init; } = [];

    /// <summary>What the person says to the next answers, one after the other.</summary>
    public IReadOnlyList<string> Replies { get; init; } = [];

    /// <summary>Mail whose sender the server could not prove.</summary>
    public bool Unproven { get; init; }

    public DemoStory Hours(double hours) => this with { Ago = TimeSpan.FromHours(hours) };

    public DemoStory About(string subject) => this with { Subject = subject };

    public DemoStory Says(string text) => Add(new DemoStep.Says(Now, text));

    /// <summary>A mail that somebody has laid out: as text, and as HTML.</summary>
    public DemoStory Draws(string text, string html) => Add(new DemoStep.Says(DemoChannel.Email, text, html));

    public DemoStory SaysOn(DemoChannel channel, string text) => Add(new DemoStep.Says(channel, text));

    public DemoStory Photo(string? caption = null) => Add(new DemoStep.Sends(Now, "photo", caption));

    public DemoStory Voice() => Add(new DemoStep.Sends(Now, "voice", null));

    public DemoStory Document(string name, string? caption = null) => Add(new DemoStep.Sends(Now, "document", caption, name));

    public DemoStory Place(string name) => Add(new DemoStep.Sends(Now, "location", name));

    public DemoStory Agent(string agent, string text) => Add(new DemoStep.Answers(agent, text));

    public DemoStory Note(string agent, string text) => Add(new DemoStep.Answers(agent, text, Private: true));

    public DemoStory Address(string agent, string email) => Add(new DemoStep.NotesAddress(agent, email));

    public DemoStory AssignedTo(string agent) => Add(new DemoStep.Assigns(agent));

    public DemoStory ResolvedBy(string agent) => Add(new DemoStep.Resolves(agent));

    public DemoStory SnoozedBy(string agent, double hours) => Add(new DemoStep.Snoozes(agent, TimeSpan.FromHours(hours)));

    public DemoStory Then(params string[] replies) => this with { Replies = [.. Replies, .. replies] };

    public DemoStory Stranger() => this with { Unproven = true };

    // The channel last written on: "Says" stays there.
    private DemoChannel Now => Steps.OfType<DemoStep.Says>().LastOrDefault()?.On ?? On;

    private DemoStory Add(DemoStep step) => this with { Steps = [.. Steps, step] };
}
