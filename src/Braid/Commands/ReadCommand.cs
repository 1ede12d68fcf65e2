using System.CommandLine;
using Braid.Channels;
using Braid.Channels.Deliveries;

namespace Braid.Commands;

/// <summary>`read`: what Braid reads in raw deliveries, one JSON per line. No database; signatures are checked only with `--headers`.</summary>
internal static class ReadCommand
{
    public static Command Create()
    {
        var channel = new Argument<string>("channel") { Description = "The channel's id, such as whatsapp, or that of one provider, such as sms-twilio" };
        var files = new Argument<FileInfo[]>("file") { Arity = ArgumentArity.OneOrMore, Description = "Raw bodies as received" };
        var settings = new Option<string[]>("--setting") { Description = "name=value, for keys needed to decrypt or to check" };
        var query = new Option<string[]>("--query") { Description = "name=value, a query parameter of the request" };
        var headers = new Option<FileInfo?>("--headers") { Description = "A file of `Name: value` lines; the signature is then checked" };
        var url = new Option<Uri?>("--url") { Description = "The public URL that was called, where the signature covers it" };
        var command = new Command("read", "Print what Braid reads in raw deliveries.") { channel, files, settings, query, headers, url };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetRequiredValue(channel), parsed.GetRequiredValue(files), parsed.GetValue(settings) ?? [], parsed.GetValue(query) ?? [], parsed.GetValue(headers), parsed.GetValue(url), ct));
        return command;
    }

    private static async Task<int> RunAsync(string id, FileInfo[] files, string[] settings, string[] query, FileInfo? headers, Uri? url, CancellationToken ct)
    {
        if (ChannelCatalogue.FindVariant(id) is not var (channel, preset))
        {
            var known = ChannelCatalogue.All.SelectMany(c => c.Descriptor.Variants.Count > 0 ? c.Descriptor.Variants.Select(v => v.Id) : [c.Descriptor.Id]);
            await Console.Error.WriteLineAsync($"There is no channel \"{id}\". Known: {string.Join(", ", known)}.");
            return 2;
        }

        var failed = 0;
        foreach (var file in files)
        {
            try
            {
                var delivery = new DeliveryFile(id, file.Name, await File.ReadAllBytesAsync(file.FullName, ct))
                {
                    Settings = Pairs(preset.Select(p => $"{p.Key}={p.Value}").Concat(settings), '='),
                    Query = Pairs(query, '='),
                    Headers = headers is null ? null : Pairs(await File.ReadAllLinesAsync(headers.FullName, ct), ':'),
                };
                Console.WriteLine(DeliveryReader.ReadLine(url is null ? delivery : delivery with { Url = url }, channel));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingsException)
            {
                await Console.Error.WriteLineAsync($"{file.Name}: {e.Message}");
                failed++;
            }
        }

        return failed == 0 ? 0 : 1;
    }

    private static Dictionary<string, string> Pairs(IEnumerable<string> lines, char separator) => lines
        .Select(l => l.Split(separator, 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2)
        .GroupBy(p => p[0], StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => g.Last()[1], StringComparer.OrdinalIgnoreCase);
}
