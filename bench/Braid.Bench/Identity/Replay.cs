using System.Text.Json;
using Braid.Channels;
using Braid.Customers;
using Braid.Inboxes;
using Braid.Ingest;
using Braid.Platform.Data;

namespace Braid.Bench.Identity;

/// <summary>
/// Runs the product's own decisions over what people say, with memory for a database: <see cref="People"/> finds or makes profiles as the
/// ingest does, <see cref="Likeness"/> weighs what is new as its job does.
/// </summary>
internal sealed class Replay
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Id<Workspace> workspace = Id<Workspace>.New();
    private readonly Situation now = new(Start);
    private readonly People people;
    private readonly Dictionary<string, ConnectedInbox> inboxes = [];
    private readonly Dictionary<Id<Customer>, Id<Customer>> persons = [];
    private readonly Dictionary<Id<Customer>, Profile> profiles = [];
    private readonly Dictionary<(KeyKind, string), HashSet<Id<Customer>>> byKey = [];
    private readonly Dictionary<string, HashSet<Id<Customer>>> byName = [];
    private readonly Dictionary<Id<Customer>, HashSet<Id<Customer>>> suggested = [];
    private int seenIdentities;
    private int seenKeys;

    public Replay() => people = new People(now);

    /// <summary>What belongs to one person now.</summary>
    private sealed class Profile
    {
        public HashSet<string> Names { get; } = [];
        public List<Braid.Customers.Identity> Identities { get; } = [];
        public List<CustomerKey> Keys { get; } = [];
    }

    public int Links { get; private set; }

    public void Hear(Utterance said)
    {
        if (!inboxes.TryGetValue(said.Channel, out var inbox)) { inboxes[said.Channel] = inbox = Inbox(said.Channel); }
        var e = new InboundEvent(InboundKind.Message) { ExternalId = Guid.NewGuid().ToString(), ThreadId = said.Handle, Text = "hello", Sender = new Sender(said.Handle) { Name = said.Name, Verified = said.Verified, Keys = said.Keys } };
        var delivery = new PendingDelivery(inbox, new RawDelivery { Body = default, ReceivedAt = Start }, DeliverySource.Webhook, new Reading.Events([e]));
        var received = new Received(inbox, e, delivery, 0);
        people.Resolve([received]);
        Remember();
        var identity = now.Identities[(inbox.Id, said.Handle)];
        var profile = profiles[identity.CustomerId];
        if (said.Name is not null)
        {
            // As the ingest: the profile takes the first name that a proven sender tells.
            var customer = now.Customers[identity.CustomerId];
            if (customer.Name is null && said.Verified) { customer.Rename(said.Name); }
            if (profile.Names.Add(said.Name)) { Index(identity.CustomerId, said.Name); }
        }

        foreach (var (_, id) in now.ToWeigh.ToList()) { Weigh(id); }
        now.ToWeigh.Clear();
    }

    /// <returns>Whom each handle belongs to.</returns>
    public Id<Customer> PersonOf(string channel, string handle) => now.Identities[(inboxes[channel].Id, handle)].CustomerId;

    /// <returns>Pairs that agents are asked about, as persons of today.</returns>
    public IEnumerable<(Id<Customer> Left, Id<Customer> Right)> Suggestions() =>
        suggested.SelectMany(s => s.Value.Select(o => (Person(s.Key), Person(o)))).Where(p => p.Item1 != p.Item2).Select(p => p.Item1.CompareTo(p.Item2) < 0 ? p : (p.Item2, p.Item1)).Distinct();

    private void Remember()
    {
        foreach (var customer in people.NewCustomers)
        {
            persons[customer.Id] = customer.Id;
            profiles[customer.Id] = new Profile();
        }

        foreach (var identity in people.Relinked) { profiles[identity.CustomerId].Identities.Add(identity); }
        people.Relinked.Clear();
        people.NewCustomers.Clear();
        for (; seenIdentities < people.NewIdentities.Count; seenIdentities++) { profiles[people.NewIdentities[seenIdentities].CustomerId].Identities.Add(people.NewIdentities[seenIdentities]); }
        for (; seenKeys < people.NewKeys.Count; seenKeys++)
        {
            var key = people.NewKeys[seenKeys];
            profiles[key.CustomerId].Keys.Add(key);
            if (!byKey.TryGetValue((key.Kind, key.Value), out var holders)) { byKey[(key.Kind, key.Value)] = holders = []; }
            holders.Add(key.CustomerId);
        }
    }

    private void Weigh(Id<Customer> origin)
    {
        for (; ; )
        {
            var person = Person(origin);
            var facts = Facts(person);
            var candidates = facts.Keys.SelectMany(k => k.Kind == KeyKind.Phone ? PhoneNumbers.Forms(k.Value).Select(f => (k.Kind, f)) : [(k.Kind, k.Value)])
                .SelectMany(k => byKey.GetValueOrDefault(k) ?? []).Concat(facts.Names.Where(NameLikeness.IsFull).SelectMany(n => byName.GetValueOrDefault(CustomerNames.Fold(n)) ?? []))
                .Select(Person).Where(p => p != person).Distinct().Order().Take(100).ToList();
            var likely = candidates.ConvertAll(c => (Other: c, Said: Likeness.Of(facts, Facts(c))));
            var link = likely.Find(l => l.Said.Conclusion == Conclusion.Link);
            if (link.Said is not null) { Link(person, link.Other); continue; }
            var likelyOnes = likely.Where(l => l.Said.Conclusion == Conclusion.Suggest).Select(l => l.Other).ToHashSet();
            foreach (var gone in suggested.GetValueOrDefault(person) ?? []) { suggested[gone].Remove(person); }
            suggested[person] = likelyOnes;
            foreach (var other in likelyOnes) { (suggested.TryGetValue(other, out var back) ? back : suggested[other] = []).Add(person); }
            return;
        }
    }

    private void Link(Id<Customer> left, Id<Customer> right)
    {
        Links++;
        var (stays, goes) = left.CompareTo(right) < 0 ? (left, right) : (right, left);
        persons[goes] = stays;
        var (into, from) = (profiles[stays], profiles[goes]);
        foreach (var identity in from.Identities.Where(i => i.CustomerId == goes)) { identity.CustomerId = stays; into.Identities.Add(identity); }
        foreach (var key in from.Keys) { key.CustomerId = stays; into.Keys.Add(key); }
        into.Names.UnionWith(from.Names);
        if (now.Customers[stays].Name is null) { now.Customers[stays].Rename(now.Customers[goes].Name); }
        profiles.Remove(goes);
    }

    private Id<Customer> Person(Id<Customer> id)
    {
        while (persons[id] != id) { id = persons[id]; }
        return id;
    }

    private PersonFacts Facts(Id<Customer> person)
    {
        var profile = profiles[person];
        return new(person, profile.Names, null, [.. profile.Keys.Select(k => new FactKey(k.Kind, k.Value, k.Proven || k.Proof is not null, k.Shared, people.Keys[(workspace, k.Kind, k.Value)].Exists(r => r.Proven)))]);
    }

    private void Index(Id<Customer> customer, string name)
    {
        var folded = CustomerNames.Fold(name);
        if (!byName.TryGetValue(folded, out var same)) { byName[folded] = same = []; }
        same.Add(customer);
    }

    private ConnectedInbox Inbox(string name)
    {
        var channel = ChannelCatalogue.FindVariant("echo") is var (found, _) ? found : throw new InvalidOperationException("There is no echo channel.");
        return new ConnectedInbox
        {
            Workspace = workspace, Id = Id<Inbox>.New(), Name = name, Brand = "", Channel = channel, Join = JoinPolicyKind.Join, Restricted = false, Enabled = true,
            Settings = (ChannelSettings)JsonSerializer.Deserialize("""{"secret":"an-echo-secret"}""", channel.Descriptor.SettingsType, SettingsReader.Json)!,
        };
    }
}
