using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>Arrows between rooms point one way. This is the table that docs/architecture.md prints.</summary>
public partial class DependencyTableTests
{
    /// <summary>A module and those it may use. Platform is at the bottom and everybody may use it; Realtime listens and is called by nobody.</summary>
    public static IReadOnlyDictionary<string, string[]> Table { get; } = new Dictionary<string, string[]>
    {
        ["Platform"] = [],
        ["Accounts"] = ["Platform"],
        ["Inboxes"] = ["Platform", "Accounts"],
        ["Customers"] = ["Platform", "Accounts", "Inboxes"],
        ["Conversations"] = ["Platform", "Accounts", "Inboxes", "Customers"],
        ["Tickets"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations"],
        ["Delivery"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations"],
        ["Routing"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Delivery"],
        ["Surveys"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Delivery"],
        ["SavedReplies"] = ["Platform", "Accounts", "Customers", "Conversations", "Tickets"],
        ["Calls"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations"],
        ["Ingest"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Delivery", "Calls"],
        ["Realtime"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Delivery", "Ingest"],
        ["Privacy"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Delivery", "Ingest", "Realtime", "Imports", "Routing", "Surveys", "Tickets"],
        ["Imports"] = ["Platform", "Accounts", "Customers"],
        ["Integrations"] = ["Platform", "Accounts", "Inboxes", "Customers", "Conversations", "Tickets", "Delivery", "Privacy"],
    };

    /// <summary>Composes the modules: may use them all.</summary>
    private static readonly string[] Composers = ["Commands"];

    /// <summary>Where the product needs a channel's own code, not only its descriptor: what is safe in a mail, a mail's ids, and the server half of live chat.</summary>
    private static readonly string[] MayUseAdapters = ["src/Braid/Conversations/MailSanitizer.cs", "src/Braid/Delivery/MailReply.cs", "src/Braid/Realtime/LiveChat/"];

    [Fact]
    public void Modules_use_only_what_the_table_allows()
    {
        var modules = Table.Keys.Concat(Composers).ToList();
        var wrong =
            from file in Repository.Files("src/Braid", ".cs")
            let parts = file.Split('/')
            where parts.Length > 3
            let module = parts[2]
            where !Composers.Contains(module)
            from used in UsedModules(Code(file), modules)
            where used != module && !Table.GetValueOrDefault(module, []).Contains(used)
            select $"{file} uses {used}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_of_the_product_is_in_the_table()
    {
        var folders = Repository.Files("src/Braid", ".cs").Select(f => f.Split('/')).Where(p => p.Length > 3).Select(p => p[2]).Distinct();
        folders.Except(Table.Keys).Except(Composers).ShouldBeEmpty("Add the new module to the table, here and in docs/architecture.md.");
    }

    [Fact]
    public void The_table_has_no_circle()
    {
        foreach (var module in Table.Keys) { Below(module).ShouldNotContain(module); }

        static HashSet<string> Below(string module)
        {
            var found = new HashSet<string>();
            void Walk(string at)
            {
                foreach (var next in Table[at]) { if (found.Add(next)) { Walk(next); } }
            }

            Walk(module);
            return found;
        }
    }

    [Fact]
    public void The_product_knows_channels_by_their_abstractions_and_the_catalogue()
    {
        var adapters = Repository.Files("src/Braid.Channels", ".cs").Select(f => f.Split('/')).Where(p => p.Length > 3).Select(p => p[2]).Distinct().Except(["Common", "Deliveries", "Meta"]).ToList();
        adapters.Count.ShouldBeGreaterThan(4);
        var wrong =
            from file in Repository.Files("src/Braid", ".cs")
            where !MayUseAdapters.Any(f => file.StartsWith(f, StringComparison.Ordinal))
            from adapter in adapters
            where Code(file).Contains($"Braid.Channels.{adapter}", StringComparison.Ordinal)
            select $"{file} uses the {adapter} adapter";
        wrong.ShouldBeEmpty();
    }

    /// <summary>Meta and Email are families: what mail is, every channel of mail reads with the same code.</summary>
    [Fact]
    public void Adapters_use_the_abstractions_alone_and_not_each_other()
    {
        var folders = Repository.Files("src/Braid.Channels", ".cs").Select(f => f.Split('/')).Where(p => p.Length > 3).Select(p => p[2]).Distinct().ToList();
        var wrong =
            from file in Repository.Files("src/Braid.Channels", ".cs")
            let parts = file.Split('/')
            from Match use in Namespaces().Matches(Code(file))
            let name = use.Value.Split('.')
            let channels = name.Length > 1 && name[1] == "Channels"
            let other = channels && name.Length > 2 && folders.Contains(name[2]) && name[2] is not ("Common" or "Deliveries" or "Meta" or "Email")
            where !channels || (other && parts.Length > 3 && parts[2] != name[2] && parts[2] != "Deliveries")
            select $"{file} uses {use.Value}";
        wrong.ShouldBeEmpty();
        References("src/Braid.Channels/Braid.Channels.csproj").ShouldBe(["Braid.Channels.Abstractions"]);
        References("src/Braid.Channels.Abstractions/Braid.Channels.Abstractions.csproj").ShouldBeEmpty();
    }

    [Fact]
    public void The_simulator_shares_no_code_with_what_it_tests()
    {
        References("src/Braid.Simulator/Braid.Simulator.csproj").ShouldBeEmpty();
        Repository.Files("src/Braid.Simulator", ".cs").Where(f => Namespaces().Matches(Code(f)).Any(m => !m.Value.StartsWith("Braid.Simulator", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    private static IEnumerable<string> UsedModules(string code, IReadOnlyCollection<string> modules) => Namespaces().Matches(code)
        .Select(m => m.Value.Split('.')[1]).Where(modules.Contains)
        // Inside `namespace Braid.X` a neighbour can also be named without its first part: `Inboxes.Inbox`.
        .Concat(modules.Where(m => Regex.IsMatch(code, $@"(?<![\w.]){m}\.(?=[A-Z]\w*[\s>)?,;.(\[])") && m is not ("Delivery" or "Presence")))
        .Distinct();

    /// <summary>Without comments and texts: words in them bind nobody.</summary>
    private static string Code(string file) => Texts().Replace(Comments().Replace(Repository.Read(file), ""), "\"\"");

    private static List<string> References(string project) =>
        [.. ProjectReferences().Matches(Repository.Read(project)).Select(m => Path.GetFileNameWithoutExtension(m.Groups[1].Value.Replace('\\', '/')))];

    [GeneratedRegex(@"\bBraid\.[A-Z]\w*(?:\.[A-Z]\w*)*")]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex("\"[^\"\\n]*\"")]
    private static partial Regex Texts();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReferences();
}
