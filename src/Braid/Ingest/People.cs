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

    public List<Customer> NewCustomers { get; } = [];
    public List<Identity> NewIdentities { get; } = [];
    public List<CustomerKey> NewKeys { get; } = [];
    public List<CustomerValue> NewValues { get; } = [];
    /// <summary>A stated key of this very customer that is now proven.</summary>
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
        var proven = person.Verified ? person.Keys.Where(k => k.Proven).ToList() : [];
        var owner = OwnerOf(inbox.Workspace, proven) ?? (person.Verified ? null : OwnerOf(inbox.Workspace, person.Keys));

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

    /// <summary>The one customer these keys prove; null when none, or when they contradict each other (then only people decide).</summary>
    private CustomerKey? OwnerOf(Id<Workspace> workspace, IReadOnlyCollection<ContactKey> keys)
    {
        var owners = keys.SelectMany(k => Rows(workspace, k)).Where(r => r.Proven).DistinctBy(r => r.CustomerId).Take(2).ToList();
        return owners.Count == 1 ? owners[0] : null;
    }

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
        var rows = Rows(workspace, key);
        if (rows.Any(r => r.Proven)) { return; }
        if (rows.Find(r => r.CustomerId == customer) is { } stated)
        {
            stated.Proven = true;
            stated.Proof = key.Proof;
            if (!NewKeys.Contains(stated)) { ProvenNow.Add(stated); }
        }
        else
        {
            Add(workspace, customer, origin, key, rows, true);
        }
    }

    private void State(Id<Workspace> workspace, Id<Customer> customer, Id<Customer> origin, ContactKey key)
    {
        var rows = Rows(workspace, key);
        if (!rows.Exists(r => r.CustomerId == customer)) { Add(workspace, customer, origin, key, rows, false); }
    }

    private void Add(Id<Workspace> workspace, Id<Customer> customer, Id<Customer> origin, ContactKey key, List<CustomerKey> rows, bool proven)
    {
        var row = new CustomerKey
        {
            WorkspaceId = workspace, CustomerId = customer, OriginId = origin, Kind = key.Kind, Value = key.Value, Proven = proven, Proof = proven ? key.Proof : null, CreatedAt = now.Instant,
        };
        rows.Add(row);
        NewKeys.Add(row);
    }

    private List<CustomerKey> Rows(Id<Workspace> workspace, ContactKey key)
    {
        if (!Keys.TryGetValue((workspace, key.Kind, key.Value), out var rows)) { Keys[(workspace, key.Kind, key.Value)] = rows = []; }
        return rows;
    }
}

/// <summary>A person as one event names them.</summary>
internal sealed record NamedPerson(string Id, IReadOnlyList<string> OtherIds, string? Name, string? Address, IReadOnlyList<ContactKey> Keys, bool Verified)
{
    public IEnumerable<string> Ids => OtherIds.Count == 0 ? [Id] : [Id, .. OtherIds.Where(o => o != Id)];
}
