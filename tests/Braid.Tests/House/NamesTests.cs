using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>One name through every layer: files lie where their namespace says, and names say what a thing is.</summary>
public partial class NamesTests
{
    private const int Long = 400;

    /// <summary>Longer than anyone likes to read at once. Each says in its first lines why it is not split.</summary>
    private static readonly string[] MayBeLong =
    [
        "web/widget/src/chat.ts",
        "web/workspace/dev/data.ts",
        "web/workspace/dev/mock.ts",
        "web/workspace/src/features/conversations/composer/Composer.tsx",
    ];

    private static IEnumerable<string> CSharp => Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs"));

    [Fact]
    public void Namespaces_are_file_scoped_and_match_their_folders()
    {
        var wrong =
            from file in CSharp
            let declared = Namespace().Match(Repository.Read(file))
            where declared.Success && (declared.Groups[2].Value != ";" || declared.Groups[1].Value != Expected(file))
            select $"{file}: {declared.Groups[1].Value}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_called_manager_helper_or_service() =>
        Repository.Files("src", ".cs").Concat(Repository.Files("web", ".ts", ".tsx"))
            .Where(f => Vague().IsMatch(Path.GetFileName(f))).ShouldBeEmpty("If that is the best name, the idea is not clear yet.");

    [Fact]
    public void A_file_bears_the_name_of_a_type_in_it()
    {
        var wrong = Repository.Files("src", ".cs")
            .Where(f => Path.GetFileName(f) is not "Program.cs" and not "AssemblyInfo.cs")
            .Where(f => Types().Matches(Repository.Read(f)) is { Count: 1 } only && only[0].Groups[1].Value != Path.GetFileName(f).Split('.')[0]);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Long_files_are_few_and_known()
    {
        var found = CSharp.Concat(Repository.Files("web", ".ts", ".tsx")).Where(f => File.ReadLines(Path.Combine(Repository.Root, f)).Count() > Long).ToList();
        found.Except(MayBeLong).ShouldBeEmpty($"Over {Long} lines: split it, or say in its first lines why not and add it here.");
        var silent = found.Where(f => f.StartsWith("src/", StringComparison.Ordinal) && !Repository.Read(f).Split('\n').Take(25).Any(l => l.Contains("//", StringComparison.Ordinal)));
        silent.ShouldBeEmpty();
    }

    [Fact]
    public void Nine_files_in_ten_are_short()
    {
        var sizes = Repository.Files("src", ".cs").Select(f => File.ReadLines(Path.Combine(Repository.Root, f)).Count()).Order().ToList();
        sizes[sizes.Count * 9 / 10].ShouldBeLessThan(170);
    }

    private static string Expected(string file)
    {
        var folder = string.Join('.', file.Split('/')[1..^1]);
        return folder == "Braid.Channels.Abstractions" ? "Braid.Channels" : folder;
    }

    [GeneratedRegex(@"^namespace ([\w.]+)\s*([;{])", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(Manager|Helper|Helpers|Service|Utils?)\.(cs|tsx?)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"^(?:public |internal |file )?(?:abstract |sealed |static |readonly |partial )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();
}
