namespace Braid.Simulator.Mail;

/// <summary>A mail account on the pretend server, to be read by IMAP. For watching what waits in it, not for storing years of mail.</summary>
public sealed class SimulatedMailbox
{
    private readonly Dictionary<string, MailFolder> folders = new(StringComparer.OrdinalIgnoreCase);

    internal SimulatedMailbox(string address, string password, uint uidValidity)
    {
        (Address, Password) = (address, password);
        foreach (var name in new[] { "INBOX", "Sent", "Archive", "Trash" })
        {
            folders[name] = new MailFolder(name, uidValidity);
        }
    }

    public string Address { get; }
    public string Password { get; }

    /// <summary>How many mails lie in the inbox.</summary>
    public int Count => Inbox.Mails.Count;

    /// <summary>Puts a mail into the inbox, as the delivery agent does.</summary>
    public void Deliver(byte[] mail, DateTimeOffset at) => Inbox.Add(mail, at, []);

    internal MailFolder Inbox => folders["INBOX"];
    internal IEnumerable<MailFolder> Folders => folders.Values;

    internal MailFolder? Folder(string name) => folders.GetValueOrDefault(name);

    internal bool Create(string name)
    {
        lock (folders)
        {
            return folders.TryAdd(name, new MailFolder(name, Inbox.UidValidity));
        }
    }
}

internal sealed record StoredMail(uint Uid, byte[] Raw, DateTimeOffset At, HashSet<string> Flags);

/// <summary>A folder: mails in order of their UID, and a signal when it changes.</summary>
internal sealed class MailFolder(string name, uint uidValidity)
{
    private readonly Lock gate = new();
    private readonly List<StoredMail> mails = [];
    private TaskCompletionSource changed = New();

    public string Name => name;
    public uint UidValidity => uidValidity;
    public uint NextUid { get; private set; } = 1;

    public IReadOnlyList<StoredMail> Mails
    {
        get
        {
            lock (gate)
            {
                return [.. mails];
            }
        }
    }

    /// <summary>Done at the next change after this call.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return changed.Task;
            }
        }
    }

    public uint Add(byte[] raw, DateTimeOffset at, IEnumerable<string> flags)
    {
        lock (gate)
        {
            mails.Add(new StoredMail(NextUid, raw, at, new HashSet<string>(flags, StringComparer.OrdinalIgnoreCase)));
            Signal();
            return NextUid++;
        }
    }

    public void Remove(IReadOnlyCollection<uint> uids)
    {
        lock (gate)
        {
            mails.RemoveAll(m => uids.Contains(m.Uid));
            Signal();
        }
    }

    private void Signal()
    {
        changed.TrySetResult();
        changed = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
