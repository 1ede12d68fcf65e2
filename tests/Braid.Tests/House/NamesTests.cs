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
        "src/Braid/Ingest/SpineStore.Postgres.cs",
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

    /// <summary>Tiny types that belong together share a file with a name of their own: views, events, payloads.</summary>
    [Fact]
    public void A_file_with_one_type_bears_its_name()
    {
        var wrong =
            from file in Repository.Files("src", ".cs")
            let name = Path.GetFileNameWithoutExtension(file)
            where !name.Contains('.', StringComparison.Ordinal) && !Collections().IsMatch(name)
            let types = Types().Matches(Repository.Read(file))
            where types.Count == 1 && types[0].Groups[1].Value != name
            select $"{file} holds {types[0].Groups[1].Value}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Long_files_are_few_and_known()
    {
        var web = Repository.Files("web", ".ts", ".tsx").Where(f => !f.Contains(".test.", StringComparison.Ordinal));
        var found = CSharp.Concat(web).Where(f => File.ReadLines(Path.Combine(Repository.Root, f)).Count() > Long).ToList();
        found.Except(MayBeLong).ShouldBeEmpty($"Over {Long} lines: split it, or say in its first lines why not and add it here.");
        found.Where(f => !Repository.Read(f).TrimStart().StartsWith('/')).ShouldBeEmpty("It should begin with a comment that says why it is long.");
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
        return folder switch
        {
            "Braid.Channels.Abstractions" => "Braid.Channels",
            // The scenery of all end-to-end tests.
            "Braid.EndToEnd.World" => "Braid.EndToEnd",
            _ => folder,
        };
    }

    [GeneratedRegex(@"^namespace ([\w.]+)\s*([;{])", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(Manager|Helper|Helpers|Service|Utils?)\.(cs|tsx?)$")]
    private static partial Regex Vague();

    [GeneratedRegex("(Events|Payloads|Views|Configuration|Ids)$")]
    private static partial Regex Collections();

    [GeneratedRegex(@"^(?:public |internal |file )?(?:abstract |sealed |static |readonly |partial )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();
}
