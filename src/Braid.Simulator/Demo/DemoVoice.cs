using System.Runtime.CompilerServices;
using Braid.Simulator.LiveChat;
using Braid.Simulator.Mail;
using Braid.Simulator.Telegram;
using Braid.Simulator.WhatsApp;

namespace Braid.Simulator.Demo;

/// <summary>One person on one channel: how they speak there, and what they hear.</summary>
internal interface IDemoVoice
{
    Task SayAsync(string text, DateTimeOffset at, CancellationToken ct);

    Task SendAsync(string kind, SimulatedFile? file, string? caption, DateTimeOffset at, CancellationToken ct);

    /// <summary>Every answer from now on, read when it is passed on.</summary>
    IAsyncEnumerable<string> HearAsync(CancellationToken ct);
}

internal sealed class TelegramVoice(TelegramPerson person) : IDemoVoice
{
    public Task SayAsync(string text, DateTimeOffset at, CancellationToken ct) => person.WritesAsync(text, at: at);

    public Task SendAsync(string kind, SimulatedFile? file, string? caption, DateTimeOffset at, CancellationToken ct) =>
        file is null ? person.SendsLocationAsync(46.6863, 7.8632, caption, "", at) : person.SendsAsync(kind, file, caption, at: at);

    public async IAsyncEnumerable<string> HearAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var seen in person.Received.FollowAsync(fromStart: false, ct))
        {
            if (seen.Kind is not ("typing" or "edit" or "delete" or "reaction"))
            {
                yield return seen.Text ?? "";
            }
        }
    }
}

internal sealed class WhatsAppVoice(WhatsAppPerson person, Func<CancellationToken, Task> lookAtPhone) : IDemoVoice
{
    public Task SayAsync(string text, DateTimeOffset at, CancellationToken ct) => person.WritesAsync(text, at: at);

    public Task SendAsync(string kind, SimulatedFile? file, string? caption, DateTimeOffset at, CancellationToken ct) =>
        file is null ? person.SendsLocationAsync(46.6863, 7.8632, caption, "", at) : person.SendsAsync(kind == "photo" ? "image" : kind, file, caption, at);

    public async IAsyncEnumerable<string> HearAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var seen in person.Received.FollowAsync(fromStart: false, ct))
        {
            if (seen.Kind is not ("typing" or "read"))
            {
                await lookAtPhone(ct);
                await person.ReadsAsync(seen);
                yield return seen.Text ?? "";
            }
        }
    }
}

/// <summary>
/// A mail address. What somebody else wrote in its name (<paramref name="unproven"/>) is answered to the true owner, who then is surprised:
/// that answer is heard by the impostor's story, all others by the owner's own.
/// </summary>
internal sealed class MailVoice(MailPerson person, string support, string subject, bool unproven) : IDemoVoice
{
    private static readonly HashSet<string> Impostors = [.. DemoCast.History.Where(s => s.Unproven).Select(s => s.Subject)];
    private MailReceived? last;

    public Task SayAsync(string text, DateTimeOffset at, CancellationToken ct) => last is { } received
        ? person.RepliesAsync(received, text, at: at, ct: ct)
        : person.WritesAsync(support, subject, text, proven: !unproven, at, ct);

    public Task DrawAsync(string text, string html, DateTimeOffset at, CancellationToken ct) =>
        person.SendsAsync(person.Composes(support, subject, text).ProvenBy("mx.tarnandember.example") with { Date = at, Html = html }, at, ct);

    public Task SendAsync(string kind, SimulatedFile? file, string? caption, DateTimeOffset at, CancellationToken ct)
    {
        var mail = last is { } received ? person.Answers(received, caption ?? "") : person.Composes(support, subject, caption ?? "");
        return person.SendsAsync(mail.ProvenBy("mx.tarnandember.example") with { Date = at, Attachments = file is null ? [] : [file] }, at, ct);
    }

    public async IAsyncEnumerable<string> HearAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var seen in person.Received.FollowAsync(fromStart: false, ct))
        {
            var toImpostor = Impostors.Any(s => seen.Subject.EndsWith(s, StringComparison.OrdinalIgnoreCase));
            if (toImpostor == unproven)
            {
                last = seen;
                yield return seen.Text;
            }
        }
    }
}

/// <summary>Opens the chat at the first word, and keeps the window open.</summary>
internal sealed class ChatVoice(Func<CancellationToken, Task<LiveChatVisitor>> open) : IDemoVoice, IAsyncDisposable
{
    private readonly TaskCompletionSource<LiveChatVisitor> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A chat has no past: the instant is left out.
    public async Task SayAsync(string text, DateTimeOffset at, CancellationToken ct)
    {
        if (!opened.Task.IsCompleted)
        {
            opened.TrySetResult(await open(ct));
        }

        await (await opened.Task).WritesAsync(text, ct);
    }

    public Task SendAsync(string kind, SimulatedFile? file, string? caption, DateTimeOffset at, CancellationToken ct) => SayAsync(caption ?? "", at, ct);

    public async IAsyncEnumerable<string> HearAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var visitor = await opened.Task.WaitAsync(ct);
        await foreach (var seen in visitor.Received.FollowAsync(fromStart: false, ct))
        {
            if (seen is { Kind: "message", From: "agent" or "ai", Text: { } text })
            {
                await visitor.SeesAsync(seen, ct);
                yield return text;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (opened.Task.IsCompletedSuccessfully)
        {
            await (await opened.Task).DisposeAsync();
        }
    }
}
