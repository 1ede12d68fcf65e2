using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;

namespace Braid.Simulator.WhatsApp;

/// <summary>One more number on the world's WhatsApp server, seen like any other provider.</summary>
internal sealed class WhatsAppFace(WhatsAppServer server, WhatsAppNumber number, string verifyToken) : ISimulatedChannel
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FacePerson> people = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    public JsonObject Settings => new()
    {
        ["phoneNumberId"] = number.PhoneNumberId, ["accessToken"] = number.AccessToken, ["appSecret"] = number.AppSecret, ["verifyToken"] = verifyToken,
        ["wabaId"] = number.WabaId, ["displayPhoneNumber"] = "+" + number.DisplayPhoneNumber, ["apiBaseUrl"] = server.Url.ToString(),
    };

    public SimulatedSkills Skills => new() { Delivered = true, Read = true };

    public async Task ConnectAsync(Uri webhookUrl, CancellationToken ct)
    {
        if (!await number.SubscribeAsync(webhookUrl, verifyToken, ct)) throw new InvalidOperationException("The callback URL couldn't be validated: it did not give the challenge back.");
    }

    public ISimulatedPerson Person(string name)
    {
        lock (gate)
        {
            if (!people.TryGetValue(name, out var person))
            {
                var digits = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % 1_000_000_000;
                people[name] = person = new FacePerson(server.Person("447" + digits.ToString("D9", CultureInfo.InvariantCulture), name, number), stop.Token);
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
        private readonly WhatsAppPerson person;

        public FacePerson(WhatsAppPerson person, CancellationToken stop)
        {
            this.person = person;
            _ = WatchAsync(stop);
        }

        public string Id => person.Phone;
        public string? Name => person.Name;
        public Arrivals<SimulatedReceived> Received { get; } = new();

        public async Task WritesAsync(string text) => await (await person.WritesAsync(text)).Acknowledged;

        public async Task SendsAsync(SimulatedFile file, string? caption = null)
        {
            var kind = file.ContentType.Split('/')[0] switch { "image" => "image", "video" => "video", "audio" => "voice", _ => "document" };
            await (await person.SendsAsync(kind, file, caption)).Acknowledged;
        }

        public Task ReadsAsync(SimulatedReceived received) =>
            person.Received.Items.FirstOrDefault(r => r.Id == received.Id) is { } seen ? person.ReadsAsync(seen) : Task.CompletedTask;

        private async Task WatchAsync(CancellationToken stop)
        {
            try
            {
                await foreach (var seen in person.Received.FollowAsync(fromStart: true, stop))
                {
                    // Ticks and reactions are no messages.
                    if (seen.Kind is "read" or "typing" or "reaction") continue;
                    Received.Add(new(seen.Id, seen.Text ?? "", seen.File is null ? [] : [seen.File]) { Raw = seen.Request });
                }
            }
            catch (OperationCanceledException)
            {
                // The face is taken off.
            }
        }
    }
}

internal sealed class WhatsAppFactory : ISimulatedChannelFactory
{
    public string Channel => "whatsapp";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct)
    {
        var number = world.WhatsApp.AddNumber("4416329" + world.Inner.Number(10_000, 99_999).ToString(CultureInfo.InvariantCulture), "Tarn & Ember");
        return Task.FromResult<ISimulatedChannel>(new WhatsAppFace(world.WhatsApp, number, "verify-" + Convert.ToHexStringLower(world.Inner.Bytes(6))));
    }
}
