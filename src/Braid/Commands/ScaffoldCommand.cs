using System.CommandLine;
using System.Text.RegularExpressions;
using Braid.Channels;

namespace Braid.Commands;

/// <summary>`scaffold NAME`: a new channel's folders, copied from Echo with its name changed: adapter, conformance, fixtures. For a checkout of the source.</summary>
internal static partial class ScaffoldCommand
{
    private static readonly (string From, string To)[] Folders =
    [
        ("src/Braid.Channels/Echo", "src/Braid.Channels/{0}"),
        ("tests/Braid.Channels.Tests/Echo", "tests/Braid.Channels.Tests/{0}"),
        ("tests/Braid.Channels.Tests/fixtures/echo", "tests/Braid.Channels.Tests/fixtures/{1}"),
        ("tests/Braid.Channels.Tests/expected/echo", "tests/Braid.Channels.Tests/expected/{1}"),
    ];

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The channel's name as a type, such as PigeonPost" };
        var root = new Option<DirectoryInfo>("--root") { Description = "The checkout; the current folder if left out", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var command = new Command("scaffold", "Make the folders of a new channel, from the smallest one.") { name, root };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(root).FullName, Console.Out, ct));
        return command;
    }

    public static async Task<int> RunAsync(string name, string root, TextWriter said, CancellationToken ct)
    {
        var id = Words().Replace(name, "-$1").TrimStart('-').ToLowerInvariant();
        var problem = !TypeName().IsMatch(name) ? "Name it like a type: letters and digits, a capital first, such as PigeonPost."
            : ChannelCatalogue.FindVariant(id) is not null ? $"There is a channel \"{id}\" already."
            : Folders.FirstOrDefault(f => !Directory.Exists(Path.Combine(root, f.From))) is { From: { } missing } ? $"{missing} is not here. Run this in a checkout of the source, or name one with --root."
            : null;
        if (problem is not null)
        {
            await said.WriteLineAsync(problem);
            return 2;
        }

        foreach (var (from, to) in Folders)
        {
            var target = Path.Combine(root, string.Format(System.Globalization.CultureInfo.InvariantCulture, to, name, id));
            Directory.CreateDirectory(target);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, from)))
            {
                var copy = Path.Combine(target, Path.GetFileName(file).Replace("Echo", name, StringComparison.Ordinal));
                await File.WriteAllTextAsync(copy, Renamed(await File.ReadAllTextAsync(file, ct), name, id), ct);
            }

            await said.WriteLineAsync(Path.GetRelativePath(root, target));
        }

        await said.WriteLineAsync($"Now add \"new {name}Channel(),\" to src/Braid.Channels/ChannelCatalogue.cs and go on with docs/adding-a-channel.md.");
        return 0;
    }

    private static string Renamed(string text, string name, string id) =>
        text.Replace("Echo", name, StringComparison.Ordinal).Replace("\"echo\"", $"\"{id}\"", StringComparison.Ordinal).Replace("/echo/", $"/{id}/", StringComparison.Ordinal);

    [GeneratedRegex("^[A-Z][A-Za-z0-9]{1,39}$")]
    private static partial Regex TypeName();

    [GeneratedRegex("([A-Z][a-z0-9]*)")]
    private static partial Regex Words();
}
