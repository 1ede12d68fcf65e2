using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Braid.Bench.Machine;
using Braid.Channels;

namespace Braid.Bench;

/// <summary>
/// `read`: how fast each channel reads a plain text payload (parse and map; the signature is measured apart, as HMAC over the same bytes),
/// on one core, and what it allocates. Payloads are the recorded fixtures: of each channel the one with text whose size is nearest 1 KB.
/// </summary>
internal static class ReadBench
{
    private const string FixturesFolder = "tests/Braid.Channels.Tests/fixtures";

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 1, Description = "per channel" };
        var root = new Option<DirectoryInfo>("--root") { DefaultValueFactory = _ => new DirectoryInfo("."), Description = "The checkout that holds the fixtures" };
        var command = new Command("read", "Payloads per second and bytes allocated, channel by channel.") { Options = { seconds, root } };
        command.SetAction(p => Run(p.GetValue(seconds), Path.Combine(p.GetRequiredValue(root).FullName, FixturesFolder)));
        return command;
    }

    private static void Run(double seconds, string fixtures)
    {
        var report = new Report("channel", "payload", "bytes", "payloads/s", "allocated bytes");
        foreach (var folder in Directory.EnumerateDirectories(fixtures).Order(StringComparer.Ordinal))
        {
            if (ChannelCatalogue.FindVariant(Path.GetFileName(folder)) is not var (channel, preset)) { continue; }
            var settings = Settings(channel, preset);
            var candidates = Directory.EnumerateFiles(folder, "inbound-*").Select(f => (Name: Path.GetFileName(f), Body: File.ReadAllBytes(f))).Where(f => IsText(channel, settings, f.Name, f.Body)).ToList();
            if (candidates.Count == 0) { continue; }
            var (name, body) = candidates.MinBy(c => Math.Abs(c.Body.Length - 1024));
            var (rate, allocated) = Measure(channel, settings, Delivery(name, body), seconds);
            report.Add(Path.GetFileName(folder), name, body.Length.ToString("N0", CultureInfo.InvariantCulture), rate.ToString("N0", CultureInfo.InvariantCulture), allocated.ToString("N0", CultureInfo.InvariantCulture));
        }

        report.Print("Reading, one core (goals: 50,000 a second, 8 KB for 1 KB)");
    }

    private static bool IsText(IChannel channel, ChannelSettings settings, string name, byte[] body) =>
        channel.Read(Delivery(name, body), settings) is Reading.Events { Items: [{ Text: not null, Attachments.Count: 0, Kind: InboundKind.Message or InboundKind.Comment }] };

    private static (double Rate, long Allocated) Measure(IChannel channel, ChannelSettings settings, RawDelivery delivery, double seconds)
    {
        for (var i = 0; i < 5000; i++) { channel.Read(delivery, settings); }
        GC.Collect();
        var (before, start, n) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (var i = 0; i < 200; i++) { channel.Read(delivery, settings); }
            n += 200;
        }

        return (n / Stopwatch.GetElapsedTime(start).TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - before) / n);
    }

    private static RawDelivery Delivery(string name, byte[] body) => new()
    {
        Body = body, ReceivedAt = DateTimeOffset.UnixEpoch,
        ContentType = Path.GetExtension(name) switch { ".form" => "application/x-www-form-urlencoded", ".xml" => "text/xml", ".txt" => "text/plain", ".eml" => "message/rfc822", _ => "application/json" },
    };

    private static ChannelSettings Settings(IChannel channel, IReadOnlyDictionary<string, string> preset) =>
        (ChannelSettings)JsonSerializer.SerializeToElement(preset).Deserialize(channel.Descriptor.SettingsType, SettingsReader.Json)!;
}
