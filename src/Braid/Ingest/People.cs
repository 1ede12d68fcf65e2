using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Platform.Data;

namespace Braid.Ingest;

/// <summary>
/// Who wrote: finds or makes identities and customers (DESIGN §9.11). Pure; the store inserts what is new under unique keys and asks
/// again when another node was first. Across channels only proven keys match; a key that is merely stated never does.
/// </summary>
internal sealed class People(Situation now)
{
    private const int MostOthers = 30;

    /// <summary>All rows of a key: at most one proven, any number stated.</summary>
    public Dictionary<(Id<Workspace>, KeyKind, string), List<CustomerKey>> Keys { get; } = [];

    /// <summary>Names of customers who hold keys.</summary>
    public Dictionary<Id<Customer>, string?> Holders { get; } = [];

    public List<Customer> NewCustomers { get; } = [];
    public List<Identity> NewIdentities { get; } = [];
    public List<CustomerKey> NewKeys { get; } = [];
    public List<CustomerValue> NewValues { get; } = [];
    /// <summary>A stated key of this very customer that is now proven, here or by whoever holds it.</summary>
    public List<CustomerKey> ProvenNow { get; } = [];
    /// <summary>Identities made for an unproven sender that turned out to be someone we know.</summary>
    public List<Identity> Relinked { get; } = [];

    public bool Nothing => NewCustomers.Count + NewIdentities.Count + NewKeys.Count + ProvenNow.Count + Relinked.Count == 0;

    public static IEnumerable<(Received Received, NamedPerson Person)> Of(IEnumerable<Received> events)
    {
        foreach (var received in events)
        {
            var e = received.Event;
            if (!(received.IsContent || e.Kind == InboundKind.IdentityChange) || received.PersonId is not { } id) { continue; }
            yield return (received, e.Outbound
                ? new NamedPerson(id, [], null, null, [], true)
                : new NamedPerson(id, e.Sender!.OtherIds, e.Sender.Name, e.Sender.Address, e.Sender.Keys, received.Verified && !received.ProvenByToken));
            if (e.Audience == Audience.Private) { continue; }
            foreach (var other in e.Others.Take(MostOthers))
            {
                yield return (received, new NamedPerson(other.Id, [], other.Name, other.Address, [], received.Event.Mail is null));
            }
        }
    }

    /// <summary>A row of the store.</summary>
    public void Keep(CustomerKey row)
    {
        if (!Keys.TryGetValue((row.WorkspaceId, row.Kind, row.Value), out var rows)) { Keys[(row.WorkspaceId, row.Kind, row.Value)] = rows = []; }
        rows.Add(row);
    }

    public void Resolve(IEnumerable<Received> events)
    {
        foreach (var (received, person) in Of(events))
        {
            Resolve(received, person);
        }
    }

    private void Resolve(Received received, NamedPerson person)
    {
        var inbox = received.Inbox;
        var identity = person.Ids.Select(id => now.Identities.GetValueOrDefault((inbox.Id, id))).FirstOrDefault(i => i is not null);
        if (identity is null && received.Event.Kind == InboundKind.IdentityChange) { return; } // Of somebody who never wrote to us.
        var proven = Proven(person);
        // An unproven mail or call is shown on the profile that owns its address, in a conversation of its own. What a visitor types shows nowhere.
        var claimed = !person.Verified && (received.Event.Mail is not null || received.Event.Kind == InboundKind.Call);
        var owner = OwnerOf(inbox.Workspace, proven) ?? (claimed ? OwnerOf(inbox.Workspace, person.Keys) : null);
        // A family's phone, a number that went to somebody else: under another real name it is a profile of its own, and people are asked.
        if (identity is null && owner is not null && Contradicts(owner, person)) { owner = null; }

        if (identity is { Verified: false } && owner is not null && owner.CustomerId != identity.CustomerId)
        {
            (identity.CustomerId, identity.OriginId) = (owner.CustomerId, owner.OriginId);
            if (!NewIdentities.Contains(identity)) { Relinked.Add(identity); }
        }

        var (customer, origin) = identity is not null ? (identity.CustomerId, identity.OriginId) : owner is not null ? (owner.CustomerId, owner.OriginId) : NewCustomer(received, person);
        foreach (var id in person.Ids.Where(id => !now.Identities.ContainsKey((inbox.Id, id))))
        {
            var made = new Identity
            {
                WorkspaceId = inbox.Workspace, InboxId = inbox.Id, ExternalId = id, CustomerId = customer, OriginId = origin, Name = person.Name, Address = person.Address,
                Verified = person.Verified, CreatedAt = now.Instant, LastSeenAt = now.Instant,
            };
            now.Identities[(inbox.Id, id)] = made;
            NewIdentities.Add(made);
            foreach (var stated in person.Keys.Except(proven)) { State(inbox.Workspace, customer, origin, stated); }
        }

        foreach (var key in proven) { Prove(inbox.Workspace, customer, origin, key); }
    }

    /// <summary>What the provider vouches for. An address that several read tells nobody apart: it is only stated.</summary>
    private static List<ContactKey> Proven(NamedPerson person) =>
        person.Verified ? [.. person.Keys.Where(k => k.Proven && !(k.Kind == KeyKind.Email && EmailAddresses.IsShared(k.Value)))] : [];

    /// <summary>The spellings under which a key may be known.</summary>
    public static IReadOnlyList<string> Forms(ContactKey key) => key.Kind == KeyKind.Phone ? PhoneNumbers.Forms(key.Value) : [key.Value];

    /// <summary>Those whom a named, new handle would be given to: what they are called decides whether it is.</summary>
    public IReadOnlyList<Id<Customer>> HoldersToKnow(IEnumerable<Received> events)
    {
        HashSet<Id<Customer>>? holders = null;
        foreach (var (received, person) in Of(events))
        {
            if (person.Name is null || !person.Verified || person.Keys.Count == 0 || person.Ids.Any(id => now.Identities.ContainsKey((received.Inbox.Id, id)))) { continue; }
            if (OwnerOf(received.Workspace, Proven(person)) is { } owner) { (holders ??= []).Add(owner.CustomerId); }
        }

        return holders is null ? [] : [.. holders];
    }

    /// <summary>Names of two people. A signed user id is told by the site itself: names don't count against it.</summary>
    private bool Contradicts(CustomerKey owner, NamedPerson person) =>
        person.Verified && owner.Kind != KeyKind.SignedUser && NameLikeness.Compare(person.Name, NameOf(owner.CustomerId)) is NamesAgree.Apart or NamesAgree.Family;

    private string? NameOf(Id<Customer> customer) => now.Customers.GetValueOrDefault(customer)?.Name ?? Holders.GetValueOrDefault(customer);

    /// <summary>The one customer these keys prove; null when none, or when they contradict each other (then only people decide).</summary>
    private CustomerKey? OwnerOf(Id<Workspace> workspace, IReadOnlyCollection<ContactKey> keys)
    {
        var owners = keys.SelectMany(k => Holding(workspace, k)).DistinctBy(r => r.CustomerId).Take(2).ToList();
        return owners.Count == 1 ? owners[0] : null;
    }

    private IEnumerable<CustomerKey> Holding(Id<Workspace> workspace, ContactKey key) =>
        Forms(key).SelectMany(form => Rows(workspace, key.Kind, form)).Where(r => r is { Proven: true, Shared: false });

    private (Id<Customer> Customer, Id<Customer> Origin) NewCustomer(Received received, NamedPerson person)
    {
        var customer = new Customer
        {
            WorkspaceId = received.Workspace, Name = person.Name, NameFolded = person.Name is null ? null : CustomerNames.Fold(person.Name), CreatedAt = now.Instant, LastSeenAt = now.Instant,
            Language = received.Event.Sender?.Language,
        };
        now.Customers[customer.Id] = customer;
        NewCustomers.Add(customer);
        Say(customer, CustomerFieldNames.Name, customer.Name, received.Inbox);
        Say(customer, CustomerFieldNames.Language, customer.Language, received.Inbox);
        return (customer.Id, customer.Id);
    }

    private void Say(Customer customer, string field, string? value, ConnectedInbox inbox)
    {
        if (value is null) { return; }
        NewValues.Add(new CustomerValue { WorkspaceId = customer.WorkspaceId, CustomerId = customer.Id, Field = field, Source = ValueSource.Channel, SourceId = inbox.Id.Value, Value = value, At = now.Instant });
    }

    private void Prove(Id<Workspace> workspace, Id<Customer> customer, Id<Customer> origin, ContactKey key)
    {
        var forms = Forms(key);
        var shared = forms.Any(form => Rows(workspace, key.Kind, form).Exists(r => r.Shared));
        var holder = Holding(workspace, key).FirstOrDefault();
        if (holder is not null && holder.CustomerId == customer) { return; }
        var hold = holder is null && !shared;
        var rows = Rows(workspace, key.Kind, key.Value);
        if (rows.Find(r => r.CustomerId == customer) is { } known)
        {
            if (known.Proof is not null && !hold) { return; } // Known already; who holds it was asked then.
            (known.Proven, known.Proof) = (hold, key.Proof);
            if (!NewKeys.Contains(known)) { ProvenNow.Add(known); }
        }
        else
        {
            Add(workspace, customer, origin, key, rows, hold, key.Proof);
        }

        if (!shared && (holder is not null || key.Kind == KeyKind.Email)) { now.ToWeigh.Add((workspace, origin)); }
    }

    private void State(Id<Workspace> workspace, Id<Customer> customer, Id<Customer> origin, ContactKey key)
    {
        var rows = Rows(workspace, key.Kind, key.Value);
        if (rows.Exists(r => r.CustomerId == customer)) { return; }
        Add(workspace, customer, origin, key, rows, false, null);
        now.ToWeigh.Add((workspace, origin));
    }

    private void Add(Id<Workspace> workspace, Id<Customer> customer, Id<Customer> origin, ContactKey key, List<CustomerKey> rows, bool holds, string? proof)
    {
        var row = new CustomerKey
        {
            WorkspaceId = workspace, CustomerId = customer, OriginId = origin, Kind = key.Kind, Value = key.Value, Proven = holds, Proof = proof, CreatedAt = now.Instant,
        };
        rows.Add(row);
        NewKeys.Add(row);
    }

    private List<CustomerKey> Rows(Id<Workspace> workspace, KeyKind kind, string value)
    {
        if (!Keys.TryGetValue((workspace, kind, value), out var rows)) { Keys[(workspace, kind, value)] = rows = []; }
        return rows;
    }
}

/// <summary>A person as one event names them.</summary>
internal sealed record NamedPerson(string Id, IReadOnlyList<string> OtherIds, string? Name, string? Address, IReadOnlyList<ContactKey> Keys, bool Verified)
{
    public IEnumerable<string> Ids => OtherIds.Count == 0 ? [Id] : [Id, .. OtherIds.Where(o => o != Id)];
}
