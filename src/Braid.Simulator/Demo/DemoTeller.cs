using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Demo;

/// <summary>Tells one story: the customer through the pretend world, the colleagues through Braid's API; then lets the customer answer whoever writes to them.</summary>
internal sealed class DemoTeller(DemoStory story, IReadOnlyDictionary<DemoChannel, IDemoVoice> voices, DemoDesk desk, DemoPace pace, TimeProvider time)
{
    private readonly Queue<string> replies = new(story.Replies);
    private readonly Lock gate = new();
    private DemoChannel last = story.On;
    private JsonObject? conversation;
    private bool answered;
    private bool thanked;

    public DemoPerson Person => story.Person;

    /// <summary>
    /// Whether a new question would fit: the story is told out, its teller is who they claim to be, and WhatsApp's shut windows stay shut,
    /// so that the visitor can see one.
    /// </summary>
    public bool MayAskMore
    {
        get
        {
            lock (gate)
            {
                return !story.Unproven && replies.Count == 0 && !(story.On == DemoChannel.WhatsApp && story.Ago > TimeSpan.FromHours(24));
            }
        }
    }

    public async Task TellAsync(bool live, CancellationToken ct)
    {
        var begun = time.GetUtcNow() - story.Ago;
        for (var i = 0; i < story.Steps.Count; i++)
        {
            // What was said before the first answer lies in the past; answers are given now, so what follows them is said now.
            var at = answered || live ? time.GetUtcNow() : begun + TimeSpan.FromMinutes(2 * i);
            if (live && i > 0)
            {
                await pace.TypeAsync(ct);
            }

            await PlayAsync(story.Steps[i], i, at, ct);
        }
    }

    /// <summary>Until the demo ends: reads what comes, and answers people who are not in the story.</summary>
    public Task ListenAsync(CancellationToken ct) => Task.WhenAll(voices.Select(v => ListenAsync(v.Key, v.Value, ct)));

    /// <summary>A further question of this person, and often a colleague's answer to it.</summary>
    public async Task AskMoreAsync(DemoTeam team, CancellationToken ct)
    {
        lock (gate)
        {
            thanked = false;
        }

        var questions = DemoCast.MoreFrom(Person.Language);
        var number = (20_470 + pace.Pick(500)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SayAsync(last, questions[pace.Pick(questions.Count)].Replace("{n}", number, StringComparison.Ordinal), time.GetUtcNow(), ct);
        if (pace.Pick(2) == 0)
        {
            return;
        }

        await pace.ThinkAsync(ct);
        // Whoever it belongs to answers; nobody takes a conversation out of the visitor's hands.
        if (await desk.FindAsync(Person, last, ct) is not { } found || found.Text("id") is not { } id)
        {
            return;
        }

        var assignee = (found["assignee"] as JsonObject)?.Text("id");
        var agent = team.Keys.FirstOrDefault(k => team.Id(k) == assignee) ?? (assignee is null ? team.Keys[pace.Pick(team.Keys.Count)] : null);
        if (agent is not null)
        {
            await desk.AnswerAsync(agent, id, DemoCast.Answer(Person.Language), isPrivate: false, ct);
        }
    }

    private async Task PlayAsync(DemoStep step, int index, DateTimeOffset at, CancellationToken ct)
    {
        switch (step)
        {
            case DemoStep.Says { Html: { } html } drawn when voices[drawn.On] is MailVoice mail:
                (last, conversation) = (drawn.On, null);
                await mail.DrawAsync(drawn.Text, html, at, ct);
                break;
            case DemoStep.Says says:
                await SayAsync(says.On, says.Text, at, ct);
                break;
            case DemoStep.Sends sends:
                last = sends.On;
                conversation = null;
                await voices[sends.On].SendAsync(sends.Kind, File(sends, index), sends.Caption, at, ct);
                break;
            case DemoStep.Answers { Agent: var agent, Text: var text, Private: var isPrivate }:
                answered |= !isPrivate;
                await DeskAsync(id => desk.AnswerAsync(agent, id, text, isPrivate, ct), ct);
                break;
            case DemoStep.Assigns { Agent: var agent }:
                await DeskAsync(id => desk.AssignAsync(agent, id, ct), ct);
                break;
            case DemoStep.Resolves { Agent: var agent }:
                await DeskAsync(id => desk.ResolveAsync(agent, id, ct), ct);
                break;
            case DemoStep.Snoozes { Agent: var agent, For: var length }:
                await DeskAsync(id => desk.SnoozeAsync(agent, id, length, ct), ct);
                break;
            case DemoStep.NotesAddress { Agent: var agent, Email: var email }:
                await DeskAsync(_ => desk.NoteAddressAsync(agent, conversation!["customer"]!["id"]!.GetValue<string>(), email, ct), ct);
                break;
        }
    }

    private async Task DeskAsync(Func<string, Task> act, CancellationToken ct)
    {
        conversation ??= await desk.FindAsync(Person, last, ct);
        if (conversation?.Text("id") is not { } id)
        {
            throw new DemoException($"{Person.Name} wrote by {last}, but no conversation with them appeared.");
        }

        await act(id);
    }

    private Task SayAsync(DemoChannel channel, string text, DateTimeOffset at, CancellationToken ct)
    {
        last = channel;
        conversation = null;
        return voices[channel].SayAsync(text, at, ct);
    }

    private SimulatedFile? File(DemoStep.Sends sends, int index) => sends.Kind switch
    {
        "photo" => SimulatedFile.Photo(Person.Name.Length + index),
        "voice" => SimulatedFile.Voice(3 + (index % 5)),
        "document" => SimulatedFile.Pdf(sends.Name ?? "document.pdf", DemoCast.Company, Person.Email ?? Person.WhatsApp ?? "", sends.Name ?? ""),
        _ => null,
    };

    private async Task ListenAsync(DemoChannel channel, IDemoVoice voice, CancellationToken ct)
    {
        await foreach (var heard in voice.HearAsync(ct))
        {
            if (IsFromTheStory(heard) || NextReply() is not { } reply)
            {
                continue;
            }

            await pace.ThinkAsync(ct);
            await SayAsync(channel, reply, time.GetUtcNow(), ct);
        }
    }

    private bool IsFromTheStory(string heard) =>
        story.Steps.OfType<DemoStep.Answers>().Any(a => Squeezed(heard).Contains(Squeezed(a.Text)[..Math.Min(24, Squeezed(a.Text).Length)], StringComparison.Ordinal));

    private string? NextReply()
    {
        lock (gate)
        {
            if (replies.TryDequeue(out var reply))
            {
                return reply;
            }

            // Thanks end an exchange; two people thanking each other for ever would not look alive.
            if (thanked)
            {
                return null;
            }

            thanked = true;
            return DemoCast.Thanks(Person.Language);
        }
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
