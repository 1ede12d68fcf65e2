using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>
/// A Graph API server (graph.facebook.com of the pretend world), with or without a version in the path. Set an inbox's apiBaseUrl to
/// <see cref="Url"/>.
/// </summary>
public sealed class WhatsAppServer : IAsyncDisposable
{
    private readonly World world;
    private readonly List<WhatsAppNumber> numbers = [];
    private ProviderHost host = null!;

    private WhatsAppServer(World world) => this.world = world;

    public Uri Url => host.Address;

    /// <summary>The number that is always there.</summary>
    public WhatsAppNumber Number { get; private set; } = null!;

    internal static async Task<WhatsAppServer> StartAsync(World world, CancellationToken ct)
    {
        var server = new WhatsAppServer(world);
        server.host = await ProviderHost.StartAsync(world.Options.WhatsAppPort, server.HandleAsync, ct);
        server.Number = server.AddNumber("441632960141", "Tarn & Ember");
        return server;
    }

    public WhatsAppNumber AddNumber(string displayPhoneNumber, string verifiedName)
    {
        var number = new WhatsAppNumber(world, displayPhoneNumber, verifiedName);
        lock (numbers)
        {
            numbers.Add(number);
        }

        return number;
    }

    /// <summary>A person with this phone (digits) who may write to a number. The number may write first by template only.</summary>
    public WhatsAppPerson Person(string phone, string? name, WhatsAppNumber? number = null)
    {
        number ??= Number;
        lock (number.Gate)
        {
            if (!number.People.TryGetValue(phone, out var person))
            {
                // From the phone and the business, so that the person is the same one in the next world, too.
                var hash = SHA256.HashData(Encoding.ASCII.GetBytes(number.DisplayPhoneNumber + phone));
                var userId = "GB." + (BinaryPrimitives.ReadUInt64BigEndian(hash) / 2).ToString(CultureInfo.InvariantCulture);
                number.People[phone] = number.People[userId] = person = new WhatsAppPerson(number, Url, phone, name, userId);
            }

            return person;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var number in numbers)
        {
            await number.DisposeAsync();
        }

        await host.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is [['v', >= '0' and <= '9', ..], .. var rest])
        {
            parts = rest;
        }

        WhatsAppNumber[] known;
        lock (numbers)
        {
            known = [.. numbers];
        }

        // The method a fault rule names: messages, media, message_templates, subscribed_apps, ..., "download", or "object" for a bare id.
        var method = parts switch { ["whatsapp_business", ..] => "download", [_, var edge] => edge, _ => "object" };
        await ProviderHost.ServeAsync(
            context, world, SimulatedProvider.WhatsApp, method, GraphAnswer.Of,
            async () => await new GraphApi(known, Url, world).CallAsync(context.Request, parts, await Call.ReadAsync(context.Request)));
    }
}
