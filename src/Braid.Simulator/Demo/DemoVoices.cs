using System.Globalization;
using Braid.Simulator.LiveChat;
using Braid.Simulator.Telegram;

namespace Braid.Simulator.Demo;

/// <summary>Gives each person of the cast their telephone, mailbox or browser.</summary>
internal sealed class DemoVoices(SimulatedWorld world, BraidApi api, string chatInbox, TimeProvider time, DemoPace pace) : IAsyncDisposable
{
    private readonly Dictionary<string, TelegramPerson> telegram = new(StringComparer.Ordinal);
    private readonly List<ChatVoice> chats = [];

    public IReadOnlyDictionary<DemoChannel, IDemoVoice> For(DemoStory story)
    {
        var person = story.Person;
        var voices = new Dictionary<DemoChannel, IDemoVoice>();
        if (person.Telegram is not null)
        {
            voices[DemoChannel.Telegram] = new TelegramVoice(Telegram(person));
        }

        if (person.WhatsApp is { } phone)
        {
            voices[DemoChannel.WhatsApp] = new WhatsAppVoice(world.WhatsApp.Person(phone, person.Name), pace.LookAtPhoneAsync);
        }

        if (person.Email is { } email)
        {
            voices[DemoChannel.Email] = new MailVoice(world.Mail.Person(person.Name, email), DemoCast.SupportAddress, story.Subject, story.Unproven);
        }

        if (story.On == DemoChannel.Chat || story.Steps.OfType<DemoStep.Says>().Any(s => s.On == DemoChannel.Chat))
        {
            var chat = new ChatVoice(ct => OpenChatAsync(person, ct));
            chats.Add(chat);
            voices[DemoChannel.Chat] = chat;
        }

        return voices;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var chat in chats)
        {
            await chat.DisposeAsync();
        }
    }

    private TelegramPerson Telegram(DemoPerson person)
    {
        if (!telegram.TryGetValue(person.Name, out var known))
        {
            // The id is the person's for good, so that tomorrow's world has the same people.
            var id = 600_000_000 + (person.Name.Aggregate(7L, (sum, c) => ((sum * 31) + c) % 300_000_007));
            var (first, last, user) = person.Telegram!.Value;
            var bot = world.Telegram.FindBot(DemoInboxes.BotToken);
            telegram[person.Name] = known = world.Telegram.Person(first, last, user, person.Language, id, bot);
        }

        return known;
    }

    private Task<LiveChatVisitor> OpenChatAsync(DemoPerson person, CancellationToken ct)
    {
        var profile = new VisitorProfile
        {
            Locale = person.Language,
            Page = string.Create(CultureInfo.InvariantCulture, $"https://tarnandember.example/products/{person.Name.Length}"),
            IdentityToken = person.ShopUser is { } user
                ? IdentityToken.Sign(DemoInboxes.IdentitySecret, user, person.Name, person.Email, time.GetUtcNow().AddHours(12))
                : null,
        };
        if (person.ShopUser is null)
        {
            profile = profile with { PreChat = new Dictionary<string, string> { ["name"] = person.Name, ["email"] = person.Email ?? "" } };
        }

        return LiveChatVisitor.OpenAsync(api.Braid, chatInbox, profile, time, ct);
    }
}
