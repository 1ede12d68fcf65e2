using System.Globalization;
using System.Text;
using Braid.Simulator.Net;

namespace Braid.Simulator.Mail;

/// <summary>Commands about the mails of the selected folder. <paramref name="known"/> gives sequence numbers: what this conversation has been told of.</summary>
internal sealed class ImapMessages(SimulatedMailbox user, MailFolder folder, List<uint> known, bool readOnly, LineConnection wire)
{
    private readonly Dictionary<uint, StoredMail> byUid = folder.Mails.ToDictionary(m => m.Uid);

    public async Task<string> RunAsync(ImapCommand command, CancellationToken ct)
    {
        var byUids = command.Name.StartsWith("UID ", StringComparison.Ordinal);
        switch (byUids ? command.Name[4..] : command.Name)
        {
            case "SEARCH":
                if (new ImapSearch(known, byUid).Find(command.Arguments) is not { } found)
                {
                    return "BAD Unknown search key";
                }

                await wire.WriteLineAsync(string.Join(' ', ["* SEARCH", .. found.Select(n => Text(byUids ? n.Uid : n.Sequence))]), ct);
                return "OK done";
            case "FETCH":
                foreach (var (sequence, mail) in Pick(command.Text(0), byUids))
                {
                    await wire.WriteAsync(new ImapFetch(mail, sequence, readOnly).Write(command.List(1), byUids), ct);
                }

                return "OK Fetch completed";
            case "STORE":
                return await StoreAsync(command, byUids, ct);
            case "COPY" or "MOVE":
                return await CopyAsync(command, byUids, ct);
            case "EXPUNGE":
                folder.Remove([.. (byUids ? Pick(command.Text(0), true).Select(p => p.Mail) : byUid.Values).Where(m => m.Flags.Contains("\\Deleted")).Select(m => m.Uid)]);
                return "OK expunged";
            default:
                return "BAD Unknown command";
        }
    }

    private async Task<string> StoreAsync(ImapCommand command, bool byUids, CancellationToken ct)
    {
        if (readOnly)
        {
            return "NO [READ-ONLY] The folder was examined";
        }

        var how = command.Text(1).ToUpperInvariant();
        var flags = command.List(2).OfType<string>().ToList();
        foreach (var (sequence, mail) in Pick(command.Text(0), byUids))
        {
            lock (mail.Flags)
            {
                if (!how.StartsWith('+') && !how.StartsWith('-'))
                {
                    mail.Flags.Clear();
                }

                flags.ForEach(f => _ = how.StartsWith('-') ? mail.Flags.Remove(f) : mail.Flags.Add(f));
            }

            if (!how.EndsWith(".SILENT", StringComparison.Ordinal))
            {
                await wire.WriteAsync(new ImapFetch(mail, sequence, readOnly: true).Write(["FLAGS"], byUids), ct);
            }
        }

        return "OK stored";
    }

    private async Task<string> CopyAsync(ImapCommand command, bool byUids, CancellationToken ct)
    {
        if (user.Folder(command.Text(1)) is not { } target)
        {
            return "NO [TRYCREATE] No such folder";
        }

        var picked = Pick(command.Text(0), byUids).ToList();
        var uids = picked.ConvertAll(p => target.Add(p.Mail.Raw, p.Mail.At, p.Mail.Flags));
        var code = $"[COPYUID {target.UidValidity} {string.Join(',', picked.Select(p => p.Mail.Uid))} {string.Join(',', uids)}]";
        if (!command.Name.EndsWith("MOVE", StringComparison.Ordinal))
        {
            return $"OK {code} copied";
        }

        await wire.WriteLineAsync($"* OK {code} moved", ct);
        folder.Remove([.. picked.Select(p => p.Mail.Uid)]);
        return "OK moved";
    }

    private IEnumerable<(int Sequence, StoredMail Mail)> Pick(string set, bool byUids)
    {
        var wanted = new ImapSet(set, byUids ? known.LastOrDefault() : (uint)known.Count);
        for (var i = 0; i < known.Count; i++)
        {
            if (wanted.Contains(byUids ? known[i] : (uint)(i + 1)) && byUid.TryGetValue(known[i], out var mail))
            {
                yield return (i + 1, mail);
            }
        }
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A set such as 4:7,9,12:*. A range may stand backwards, so 20:* finds the last mail even when it is number 12 (the "*" trap).</summary>
internal sealed class ImapSet(string set, uint last)
{
    private readonly (uint From, uint To)[] ranges =
    [
        .. set.Split(',').Select(part => part.Split(':')).Select(ends => (Number(ends[0], last), Number(ends[^1], last)))
            .Select(r => r.Item1 <= r.Item2 ? r : (r.Item2, r.Item1)),
    ];

    public bool Contains(uint number) => ranges.Any(r => number >= r.From && number <= r.To);

    private static uint Number(string text, uint last) =>
        text == "*" ? last : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
