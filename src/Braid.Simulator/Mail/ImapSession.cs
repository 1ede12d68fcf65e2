using System.Globalization;
using System.Text;
using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>
/// One IMAP4rev1 conversation: what a mail reader needs of RFC 3501, with IDLE, LITERAL+, SASL-IR, UIDPLUS, MOVE and SPECIAL-USE. The state of
/// the conversation is here; searching and fetching are in ImapMessages.
/// </summary>
internal sealed class ImapSession(LineConnection wire, MailWorld mail, World world)
{
    private const string Capabilities = "IMAP4rev1 LITERAL+ SASL-IR ID IDLE UIDPLUS MOVE SPECIAL-USE NAMESPACE UNSELECT AUTH=PLAIN";
    private SimulatedMailbox? user;
    private MailFolder? folder;
    private List<uint> known = [];
    private bool readOnly;

    public async Task RunAsync(CancellationToken ct)
    {
        if (world.Faults.IsOut(SimulatedProvider.Imap))
        {
            wire.Reset();
            return;
        }

        await SayAsync($"* OK [CAPABILITY {Capabilities}] ready", ct);
        while (await ImapCommand.ReadAsync(wire, ct) is { } command)
        {
            if (!await FaultAsync(command, ct))
            {
                return;
            }

            if (command.Name == "LOGOUT")
            {
                await SayAsync("* BYE see you", ct);
                await SayAsync($"{command.Tag} OK LOGOUT completed", ct);
                return;
            }

            var result = await RunAsync(command, ct);
            if (command.Name is not ("FETCH" or "STORE" or "SEARCH"))
            {
                // Sequence numbers may not move under these three (RFC 3501 §7.4.1).
                await TellChangesAsync(ct);
            }

            await SayAsync($"{command.Tag} {result}", ct);
        }
    }

    private async Task<string> RunAsync(ImapCommand command, CancellationToken ct)
    {
        switch (command.Name)
        {
            case "CAPABILITY":
                await SayAsync("* CAPABILITY " + Capabilities, ct);
                return "OK done";
            case "NOOP" or "CHECK" or "ENABLE":
                return "OK done";
            case "ID":
                await SayAsync("* ID (\"name\" \"Braid.Simulator\")", ct);
                return "OK done";
            case "LOGIN":
                return SignIn(command.Text(0), command.Text(1));
            case "AUTHENTICATE":
                return await AuthenticateAsync(command, ct);
        }

        if (user is null)
        {
            return "BAD Sign in first";
        }

        switch (command.Name)
        {
            case "NAMESPACE":
                await SayAsync("* NAMESPACE ((\"\" \"/\")) NIL NIL", ct);
                return "OK done";
            case "LIST" or "LSUB":
                return await ListAsync(command, ct);
            case "STATUS":
                return await StatusAsync(command, ct);
            case "CREATE":
                return user.Create(command.Text(0)) ? "OK created" : "NO [ALREADYEXISTS] Folder exists";
            case "SUBSCRIBE" or "UNSUBSCRIBE":
                return "OK done";
            case "APPEND":
                return Append(command);
            case "SELECT" or "EXAMINE":
                return await SelectAsync(command, ct);
        }

        if (folder is null)
        {
            return "BAD Select a folder first";
        }

        switch (command.Name)
        {
            case "CLOSE" or "UNSELECT":
                folder = null;
                return "OK closed";
            case "IDLE":
                return await IdleAsync(ct);
            default:
                return await new ImapMessages(user, folder, known, readOnly, wire).RunAsync(command, ct);
        }
    }

    private string SignIn(string name, string password)
    {
        user = mail.SignIn(name, password);
        return user is null ? "NO [AUTHENTICATIONFAILED] Invalid credentials" : $"OK [CAPABILITY {Capabilities}] Logged in";
    }

    private async Task<string> AuthenticateAsync(ImapCommand command, CancellationToken ct)
    {
        if (!command.Text(0).Equals("PLAIN", StringComparison.OrdinalIgnoreCase))
        {
            return "NO [CANNOT] Unsupported mechanism";
        }

        var response = command.Text(1);
        if (response.Length == 0)
        {
            await SayAsync("+ ", ct);
            response = await wire.ReadLineAsync(ct) ?? "";
        }

        var bytes = new byte[response.Length];
        var parts = Convert.TryFromBase64String(response, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count).Split('\0') : [];
        return parts.Length == 3 ? SignIn(parts[1], parts[2]) : "BAD Invalid SASL response";
    }

    private async Task<string> ListAsync(ImapCommand command, CancellationToken ct)
    {
        var pattern = command.Arguments.OfType<string>().LastOrDefault() ?? "*";
        foreach (var each in user!.Folders.Where(f => pattern is "*" or "%" || f.Name.Equals(pattern, StringComparison.OrdinalIgnoreCase)))
        {
            var use = each.Name switch { "Sent" => " \\Sent", "Archive" => " \\Archive", "Trash" => " \\Trash", _ => "" };
            await SayAsync($"* {command.Name} (\\HasNoChildren{use}) \"/\" \"{each.Name}\"", ct);
        }

        return "OK done";
    }

    private async Task<string> StatusAsync(ImapCommand command, CancellationToken ct)
    {
        if (user!.Folder(command.Text(0)) is not { } asked)
        {
            return "NO [NONEXISTENT] No such folder";
        }

        var mails = asked.Mails;
        var items = command.List(1).OfType<string>().Select(i => i.ToUpperInvariant()).Select(i => i switch
        {
            "MESSAGES" => $"{i} {mails.Count}",
            "UIDNEXT" => $"{i} {asked.NextUid}",
            "UIDVALIDITY" => $"{i} {asked.UidValidity}",
            "UNSEEN" => $"{i} {mails.Count(m => !m.Flags.Contains("\\Seen"))}",
            _ => $"{i} 0",
        });
        await SayAsync($"* STATUS \"{asked.Name}\" ({string.Join(' ', items)})", ct);
        return "OK done";
    }

    private string Append(ImapCommand command)
    {
        if (user!.Folder(command.Text(0)) is not { } target)
        {
            return "NO [TRYCREATE] No such folder";
        }

        var content = command.Arguments[^1] as string ?? "";
        var flags = command.Arguments.OfType<IReadOnlyList<object>>().FirstOrDefault()?.OfType<string>() ?? [];
        var uid = target.Add(Encoding.Latin1.GetBytes(content), world.Time.GetUtcNow(), flags);
        return $"OK [APPENDUID {target.UidValidity} {uid}] appended";
    }

    private async Task<string> SelectAsync(ImapCommand command, CancellationToken ct)
    {
        folder = user!.Folder(command.Text(0));
        if (folder is null)
        {
            return "NO [NONEXISTENT] No such folder";
        }

        readOnly = command.Name == "EXAMINE";
        known = [.. folder.Mails.Select(m => m.Uid)];
        await SayAsync("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)", ct);
        await SayAsync("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] ok", ct);
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"* {known.Count} EXISTS"), ct);
        await SayAsync("* 0 RECENT", ct);
        await SayAsync($"* OK [UIDVALIDITY {folder.UidValidity}] ok", ct);
        await SayAsync($"* OK [UIDNEXT {folder.NextUid}] ok", ct);
        return readOnly ? "OK [READ-ONLY] done" : "OK [READ-WRITE] done";
    }

    private async Task<string> IdleAsync(CancellationToken ct)
    {
        await SayAsync("+ idling", ct);
        var done = wire.ReadLineAsync(ct);
        while (true)
        {
            var change = folder!.Changed;
            await TellChangesAsync(ct);
            if (await Task.WhenAny(done, change) == done)
            {
                return (await done)?.Equals("DONE", StringComparison.OrdinalIgnoreCase) == true ? "OK Idle terminated" : "BAD Expected DONE";
            }
        }
    }

    /// <summary>Tells what the folder has lost and gained since this conversation last heard of it.</summary>
    private async Task TellChangesAsync(CancellationToken ct)
    {
        if (folder is null)
        {
            return;
        }

        var now = folder.Mails.Select(m => m.Uid).ToList();
        for (var i = known.Count - 1; i >= 0; i--)
        {
            if (!now.Contains(known[i]))
            {
                known.RemoveAt(i);
                await SayAsync(string.Create(CultureInfo.InvariantCulture, $"* {i + 1} EXPUNGE"), ct);
            }
        }

        if (now.Count > known.Count)
        {
            known.AddRange(now.Skip(known.Count).ToList());
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $"* {known.Count} EXISTS"), ct);
        }
    }

    private async Task<bool> FaultAsync(ImapCommand command, CancellationToken ct)
    {
        switch (world.Faults.IsOut(SimulatedProvider.Imap) ? new Fault.ResetBefore() : world.Faults.Strike(SimulatedProvider.Imap, command.Name))
        {
            case Fault.TimeoutBefore or Fault.TimeoutAfter:
                await wire.ReadLineAsync(ct);
                return false;
            case Fault.Slow { By: var by }:
                await Task.Delay(by, world.Time, ct);
                return true;
            case not null:
                wire.Reset();
                return false;
            default:
                return true;
        }
    }

    private Task SayAsync(string line, CancellationToken ct) => wire.WriteLineAsync(line, ct);
}
