using System.Globalization;
using System.Text;
using Braid.Channels;

namespace Braid.Bench.Identity;

/// <summary>One message as a channel would tell it, and the truth, which the product never sees.</summary>
/// <param name="Decidable">False: no sign in the world tells that this is not who held the key before.</param>
internal sealed record Utterance(int Person, string Channel, string Handle, string? Name, bool Verified, IReadOnlyList<ContactKey> Keys, bool Decidable, bool Hostile);

/// <summary>
/// Made-up people: 1 to 6 handles each over 8 channels; families that share a phone, numbers that went to somebody else, several addresses,
/// slips of the finger, twins, names in other scripts and short forms, and people who claim to be others. Seeded: the same numbers each time.
/// </summary>
internal sealed class Population
{
    private static readonly string[] Channels = ["whatsapp", "sms", "email", "site", "livechat", "telegram", "instagram", "messenger"];
    private readonly Random random;
    private readonly List<Human> people = [];
    private readonly Dictionary<string, List<Human>> phones = [];

    private Population(int seed) => random = new Random(seed);

    private sealed class Human
    {
        public required int Id { get; init; }
        public required Country Country { get; init; }
        public required string First { get; init; }
        public required string Last { get; init; }
        public required string Phone { get; set; }
        public List<string> Emails { get; } = [];
        public string Full => $"{First} {Last}";
    }

    /// <returns>Everything they say, in random order.</returns>
    public static List<Utterance> Make(int persons, int seed)
    {
        var population = new Population(seed);
        population.Settle(persons);
        var said = population.people.SelectMany(population.Speak).ToList();
        said.AddRange(population.Impostors(persons / 50));
        population.random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(said));
        return said;
    }

    private void Settle(int persons)
    {
        for (var i = 0; i < persons; i++)
        {
            var country = Country.All[random.Next(Country.All.Length)];
            var human = new Human { Id = i, Country = country, First = Pick(country.First), Last = country.LastName(random), Phone = country.Number(random) };
            // Twins: another person of the same name, in the same country.
            if (i > 0 && random.NextDouble() < 0.03) { human = Twin(i); }
            var taken = random.NextDouble();
            if (i > 0 && taken < 0.12)
            {
                // A household: same phone, mostly the same last name.
                var other = people[random.Next(people.Count)];
                human = new Human { Id = i, Country = other.Country, First = Pick(other.Country.First), Last = random.NextDouble() < 0.8 ? other.Last : human.Last, Phone = other.Phone };
            }
            else if (i > 0 && taken < 0.17)
            {
                human.Phone = people[random.Next(people.Count)].Phone;
            }

            human.Emails.Add(Address(human, 0));
            if (random.NextDouble() < 0.15) { human.Emails.Add(Address(human, 1)); }
            people.Add(human);
            if (!phones.TryGetValue(human.Phone, out var users)) { phones[human.Phone] = users = []; }
            users.Add(human);
        }
    }

    /// <summary>Whether what is seen of this person on their phone tells them from all others who were known by its number.</summary>
    private bool Tells(Human human, string? name) => phones[human.Phone].TrueForAll(other => other == human || (name is not null && name.Length > 0 && !MayBe(other, name)));

    /// <summary>By the truth, not by the product's own comparing: the first name and the last must not both fit.</summary>
    private static bool MayBe(Human other, string name)
    {
        var words = name.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.ToLowerInvariant()).ToList();
        if (words.Exists(w => w.Any(c => c is >= (char)0x400 and < (char)0x500)) || words.Exists(w => w.Any(char.IsDigit))) { return true; }
        var known = other.Full.ToLowerInvariant().Split(' ');
        return words.TrueForAll(w => known.Any(k => k == w || (w.Length == 1 && k[0] == w[0])));
    }

    private Human Twin(int id)
    {
        var other = people[random.Next(people.Count)];
        return new Human { Id = id, Country = other.Country, First = other.First, Last = other.Last, Phone = other.Country.Number(random) };
    }

    private IEnumerable<Utterance> Speak(Human human)
    {
        var channels = Channels.OrderBy(_ => random.Next()).Take(1 + random.Next(6)).ToList();
        // Whoever is found by a site has one account there.
        foreach (var channel in channels)
        {
            var messages = 1 + random.Next(3);
            var (handle, name, verified, keys, decidable) = Appear(human, channel);
            for (var i = 0; i < messages; i++) { yield return new(human.Id, channel, handle, name, verified, keys, decidable, false); }
        }

        // The second mailbox: proven to be the same by the site's account, or by nothing.
        if (human.Emails.Count > 1 && channels.Contains("email"))
        {
            yield return new(human.Id, "email", human.Emails[1], Spelling(human), true, [new(KeyKind.Email, human.Emails[1], "dmarc=pass")], true, false);
        }
    }

    private (string Handle, string? Name, bool Verified, IReadOnlyList<ContactKey> Keys, bool Decidable) Appear(Human human, string channel)
    {
        var phone = new ContactKey(KeyKind.Phone, human.Phone, "inbound");
        var email = human.Emails[0];
        switch (channel)
        {
            case "whatsapp":
                var shown = Spelling(human);
                return ($"{human.Phone}/{human.Id}", shown, true, [phone], Tells(human, shown));
            case "sms":
                return ($"{human.Phone}/{human.Id}", null, true, [phone], Tells(human, null));
            case "email":
                return (email, Spelling(human), true, [new(KeyKind.Email, email, "dmarc=pass")], true);
            case "site":
                List<ContactKey> signed = [new(KeyKind.SignedUser, $"user-{human.Id}", "signed"), new(KeyKind.Email, email, "signed")];
                if (human.Emails.Count > 1) { signed.Add(new(KeyKind.Email, human.Emails[1], "signed")); }
                if (phones[human.Phone].Count == 1 && random.NextDouble() < 0.5) { signed.Add(new(KeyKind.Phone, human.Phone, "signed")); }
                return ($"user-{human.Id}", human.Full, true, signed, true);
            case "livechat":
                var typed = random.NextDouble() < 0.08 ? Slip(email) : email;
                return ($"visitor-{human.Id}", random.NextDouble() < 0.8 ? Spelling(human) : human.First, true, [new(KeyKind.Email, typed, null)], true);
            case "telegram":
                // Some share their contact, which Telegram vouches for.
                var shares = random.NextDouble() < 0.3;
                var called = Spelling(human);
                return ($"tg-{human.Id}", called, true, shares ? [phone] : [], !shares || Tells(human, called));
            default:
                return ($"{channel}-{human.Id}", random.NextDouble() < 0.3 ? Nickname(human) : Spelling(human), true, [], true);
        }
    }

    /// <summary>"I am the boss": somebody else's address, stated in a chat.</summary>
    private IEnumerable<Utterance> Impostors(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var victim = people[random.Next(people.Count)];
            var country = Country.All[random.Next(Country.All.Length)];
            // Half of them know the name, too.
            var name = random.NextDouble() < 0.5 ? victim.Full : $"{Pick(country.First)} {country.LastName(random)}";
            yield return new(-1 - i, "livechat", $"impostor-{i}", name, true, [new(KeyKind.Email, victim.Emails[0], null)], true, true);
        }
    }

    private string Spelling(Human human) => random.NextDouble() switch
    {
        < 0.70 => human.Full,
        < 0.78 => $"{human.Last}, {human.First}",
        < 0.84 => $"{human.First[0]}. {human.Last}",
        < 0.90 => human.First,
        < 0.94 => human.Full.ToUpperInvariant(),
        _ => human.Country.OwnScript is { } script ? script(human.Full) : human.First.ToLowerInvariant(),
    };

    private string Nickname(Human human) => random.NextDouble() < 0.5 ? human.First.ToLowerInvariant() + random.Next(1, 99).ToString(CultureInfo.InvariantCulture) : "✨" + human.First + "✨";

    private string Address(Human human, int which)
    {
        var local = Plain(which == 0 ? $"{human.First}.{human.Last}" : $"{human.Last}{human.First[0]}");
        string[] hosts = ["mail.example", "post.example", "example.org", "example.net", "work.example.com"];
        return $"{local}{human.Id}@{hosts[(human.Id + which) % hosts.Length]}";
    }

    private string Slip(string email)
    {
        var at = 1 + random.Next(email.IndexOf('@', StringComparison.Ordinal) - 2);
        return random.Next(3) switch
        {
            0 => email.Remove(at, 1),
            1 => email.Insert(at, email[at].ToString()),
            _ => email[..at] + email[at + 1] + email[at] + email[(at + 2)..],
        };
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD)) { if (char.IsAsciiLetterOrDigit(c) || c == '.') { plain.Append(char.ToLowerInvariant(c)); } }
        return plain.ToString();
    }

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
