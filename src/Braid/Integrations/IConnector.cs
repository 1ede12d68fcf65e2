using System.Text.Json;
using Braid.Channels;

namespace Braid.Integrations;

/// <summary>
/// Speaks to one kind of CRM, helpdesk or shop. Knows wire formats only: what is synced, which side wins and when to try again is the engine's
/// (<see cref="SyncRecord"/>). Throws <see cref="ConnectorException"/> for every answer that is not a yes.
/// </summary>
internal interface IConnector
{
    ConnectorDescriptor Descriptor { get; }

    ConnectorSettings ParseSettings(JsonElement settings);

    /// <summary>Signs in and asks for the account's name.</summary>
    Task<string> CheckAsync(ConnectorSession session, CancellationToken ct);

    /// <summary>What can be mapped.</summary>
    Task<IReadOnlyList<RemoteField>> FieldsAsync(ConnectorSession session, CancellationToken ct);

    /// <summary>How many records there are; null where the other side can't tell.</summary>
    Task<int?> CountAsync(ConnectorSession session, CancellationToken ct) => Task.FromResult<int?>(null);

    /// <summary>All records, or those changed since, oldest change first; told by a cursor of its own.</summary>
    Task<RemotePage> PageAsync(ConnectorSession session, PageRequest request, CancellationToken ct);

    /// <summary>Null when it is gone.</summary>
    Task<RemoteRecord?> ReadAsync(ConnectorSession session, string id, IReadOnlyCollection<string> fields, CancellationToken ct);

    /// <summary>Who this may be: by our id, then by address, then by number. Never by name.</summary>
    Task<IReadOnlyList<RemoteRecord>> FindAsync(ConnectorSession session, RemoteKeys keys, IReadOnlyCollection<string> fields, CancellationToken ct);

    /// <returns>The record as the other side keeps it.</returns>
    Task<RemoteRecord> CreateAsync(ConnectorSession session, string ourId, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        throw ConnectorException.Record($"{Descriptor.Name} is only read.");

    /// <summary>Null takes a value away.</summary>
    Task<RemoteRecord> UpdateAsync(ConnectorSession session, string id, IReadOnlyDictionary<string, string?> values, IReadOnlyCollection<string> fields, CancellationToken ct) =>
        throw ConnectorException.Record($"{Descriptor.Name} is only read.");

    /// <summary>Writes a conversation beside the record.</summary>
    /// <param name="noteId">The note to write anew; null makes one.</param>
    /// <returns>Its id.</returns>
    Task<string> SaveNoteAsync(ConnectorSession session, string id, string? noteId, RemoteNote note, CancellationToken ct) => throw ConnectorException.Record($"{Descriptor.Name} takes no notes.");

    /// <summary>What is shown beside a conversation: orders, subscriptions, deals, tickets.</summary>
    Task<IReadOnlyList<PanelItem>> PanelAsync(ConnectorSession session, RemoteRecord record, CancellationToken ct) => Task.FromResult<IReadOnlyList<PanelItem>>([]);

    /// <summary>Asks the other side to forget a person.</summary>
    Task EraseAsync(ConnectorSession session, string id, CancellationToken ct) => throw ConnectorException.Record($"{Descriptor.Name} can't be asked to erase. Do it there.");

    /// <summary>Verifies a webhook over its raw bytes and reads what it hints at. Null: forged. Pure.</summary>
    IReadOnlyList<RemoteHint>? ReadHook(ConnectorSettings settings, HookRequest request) => null;
}

internal abstract record ConnectorSettings : FormSettings;

/// <param name="Kind">Stands in addresses and rows.</param>
/// <param name="Syncs">False: nothing is written there.</param>
/// <param name="Defaults">The mapping to begin with.</param>
/// <param name="Required">Fields without which a record can't be made there.</param>
/// <param name="PerSecond">Half of what its limits allow, so that people and other programs have the rest.</param>
internal sealed record ConnectorDescriptor(string Kind, string Name, Type SettingsType, string RecordWord)
{
    public bool Writes { get; init; }
    public bool Notes { get; init; }
    public bool Panels { get; init; }
    /// <summary>Posts changes to us; else they are asked for.</summary>
    public bool Hooks { get; init; }
    /// <summary>In words: where its webhooks are set up.</summary>
    public string? HooksHelp { get; init; }
    public required IReadOnlyList<FieldRule> Defaults { get; init; }
    public IReadOnlyList<string> Required { get; init; } = [];
    public double PerSecond { get; init; } = 5;
}

/// <param name="Type">text, number, date, flag, choice, email, phone.</param>
internal sealed record RemoteField(string Name, string Label, string Type, bool Writable, IReadOnlyList<string>? Choices = null);

/// <param name="Fields">By the other side's names; null or absent is empty.</param>
/// <param name="OurId">What we once wrote there, where it has a place for it.</param>
internal sealed record RemoteRecord(string Id, IReadOnlyDictionary<string, string?> Fields, DateTimeOffset? ModifiedAt)
{
    public string? OurId { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public Uri? Url { get; init; }
    /// <summary>Records that were merged into it.</summary>
    public IReadOnlyList<string> Absorbed { get; init; } = [];
    public string? this[string field] => Fields.TryGetValue(field, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}

internal sealed record PageRequest(string? Cursor, DateTimeOffset? Since, IReadOnlyCollection<string> Fields);

/// <param name="Next">Null: that was all.</param>
/// <param name="Hints">Deletions and merges seen on the way.</param>
internal sealed record RemotePage(IReadOnlyList<RemoteRecord> Records, string? Next)
{
    public IReadOnlyList<RemoteHint> Hints { get; init; } = [];
}

internal sealed record RemoteKeys(string OurId, IReadOnlyList<string> Emails, IReadOnlyList<string> Phones);

/// <summary>"Look there again." What is true is read, not believed.</summary>
/// <param name="Into">With <see cref="HintKind.Merged"/>: who stays.</param>
internal sealed record RemoteHint(HintKind Kind, string Id, string? Into = null);

internal enum HintKind { Changed, Deleted, Merged, Erased }

internal sealed record HookRequest(Uri Url, string Method, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset Now)
{
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}

/// <param name="Title">One line.</param>
/// <param name="Text">Plain text.</param>
internal sealed record RemoteNote(string Title, string Text, DateTimeOffset At, Uri Link, string ConversationId);

/// <param name="Kind">order, subscription, invoice, deal, ticket, fact.</param>
/// <param name="Amount">A decimal with its currency, such as "49.90 EUR"; null where there is none.</param>
internal sealed record PanelItem(string Kind, string Title, string? Status, string? Amount, DateTimeOffset? At, string? Url)
{
    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>The other side did not do it; <see cref="Fate"/> says what to do about that.</summary>
internal sealed class ConnectorException(ConnectorFate fate, string message, Exception? inner = null) : Exception(message, inner)
{
    public ConnectorFate Fate { get; } = fate;
    /// <summary>With <see cref="ConnectorFate.Wait"/>: not before.</summary>
    public TimeSpan? After { get; init; }
    /// <summary>The other side's name of the call, for its support.</summary>
    public string? RequestId { get; init; }
    /// <summary>With <see cref="ConnectorFate.Field"/>: which is not there any more.</summary>
    public string? Field { get; init; }
    /// <summary>With <see cref="ConnectorFate.Exists"/>: the record that is there already.</summary>
    public string? ExistingId { get; init; }

    public static ConnectorException Record(string message) => new(ConnectorFate.Record, message);
}

internal enum ConnectorFate
{
    /// <summary>Stumbled: again later.</summary>
    Retry,
    /// <summary>Too many calls: nobody calls before it is over.</summary>
    Wait,
    /// <summary>This record, as it is, never.</summary>
    Record,
    /// <summary>A field of the mapping is not there any more: go on without it.</summary>
    Field,
    /// <summary>There is such a record already.</summary>
    Exists,
    /// <summary>The record is gone.</summary>
    Gone,
    /// <summary>Nothing works until an admin does something: token revoked, right missing, plan over.</summary>
    Account,
}
