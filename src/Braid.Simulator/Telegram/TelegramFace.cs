using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;

namespace Braid.Simulator.Telegram;

/// <summary>One more bot on the world's Telegram server, seen like any other provider.</summary>
internal sealed class TelegramFace(TelegramServer server, TelegramBot bot, string secret) : ISimulatedChannel
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FacePerson> people = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    public JsonObject Settings => new()
    {
        ["botToken"] = bot.Token, ["webhookSecret"] = secret, ["receive"] = "webhook", ["botUsername"] = bot.Username, ["apiBaseUrl"] = server.Url.ToString(),
    };

    public SimulatedSkills Skills => new();

    public Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        bot.SetWebhook(webhookUrl, secret);
        return Task.CompletedTask;
    }

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                var id = 5_000_000_000 + (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % 1_000_000_000);
                var words = name.Split(' ', 2);
                people[name] = person = new FacePerson(server.Person(words[0], words.ElementAtOrDefault(1), id: id, bot: bot), stop.Token);
            }

            return person;
        }
    }

    /// <summary>The server is the world's; only the watching ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        stop.Dispose();
    }

    private sealed class FacePerson : ISimulatedPerson
    {
        private readonly TelegramPerson person;

        public FacePerson(TelegramPerson person, CancellationToken stop)
        {
            this.person = person;
            _ = WatchAsync(stop);
        }

        public string Id => person.Id.ToString(CultureInfo.InvariantCulture);
        public string? Name => person.Name;
        public Arrivals<SimulatedReceived> Received { get; } = new();

        public async Task WritesAsync(string text) => await (await person.WritesAsync(text)).Acknowledged;

        public async Task SendsAsync(SimulatedFile file, string? caption = null)
        {
            var kind = file.ContentType.Split('/')[0] switch { "image" => "photo", "video" => "video", "audio" => "voice", _ => "document" };
            await (await person.SendsAsync(kind, file, caption)).Acknowledged;
        }

        /// <summary>Telegram never tells a bot.</summary>
        public Task ReadsAsync(SimulatedReceived received) => Task.CompletedTask;

        private async Task WatchAsync(CancellationToken stop)
        {
            try
            {
                await foreach (var seen in person.Received.FollowAsync(fromStart: true, stop))
                {
                    if (seen.Kind is "typing" or "edit" or "delete" or "reaction" or "callbackAnswer") continue;
                    Received.Add(new(seen.MessageId.ToString(CultureInfo.InvariantCulture), seen.Text ?? "", seen.File is null ? [] : [seen.File]) { Raw = seen.Message });
                }
            }
            catch (OperationCanceledException)
            {
                // The face is taken off.
            }
        }
    }
}

internal sealed class TelegramFactory : ISimulatedChannelFactory
{
    public string Channel => "telegram";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct)
    {
        var bot = world.Telegram.AddBot("Tarn & Ember", "tarn_ember_" + world.Inner.Letters(6, "abcdefghijklmnopqrstuvwxyz") + "_bot");
        return Task.FromResult<ISimulatedChannel>(new TelegramFace(world.Telegram, bot, "secret-" + Convert.ToHexStringLower(world.Inner.Bytes(6))));
    }
}
