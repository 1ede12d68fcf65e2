using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

/// <summary>
/// Reads a large collection of real and broken mail with hand-checked expectations. It is not part of the repository: BRAID_REFERENCE_DATA
/// names the folder that has it, and without it this test says so and is skipped.
/// </summary>
public sealed partial class CorpusTests(ITestOutputHelper output)
{
    private const double Goal = 97.0;

    [Fact]
    public void Nearly_every_field_of_the_collection_is_read_as_expected()
    {
        var folder = Environment.GetEnvironmentVariable("BRAID_REFERENCE_DATA");
        if (string.IsNullOrEmpty(folder)) { Assert.Skip("BRAID_REFERENCE_DATA is not set: the mail collection was not read."); }
        var corpus = Path.Combine(folder, "email", "corpus");
        var score = new Score();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(corpus, "messages"), "*.eml").Order(StringComparer.Ordinal)) { CheckMessage(file, score); }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(corpus, "replies"), "*.txt").Order(StringComparer.Ordinal)) { CheckReply(file, score); }
        output.WriteLine(score.ToString());
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "corpus-report.txt"), score.ToString());
        score.Total.ShouldBeGreaterThan(4000);
        score.Percent.ShouldBeGreaterThanOrEqualTo(Goal, score.ToString());
    }

    private static void CheckMessage(string file, Score score)
    {
        var expected = JsonNode.Parse(File.ReadAllText(file.Replace(".eml", ".expect.json", StringComparison.Ordinal)))!.AsObject();
        var raw = File.ReadAllBytes(file);
        var actual = EmailReading.Read(raw);
        var ignored = expected["notAsserted"]!.AsArray().Select(n => n!.GetValue<string>()).ToHashSet();
        foreach (var (field, value) in expected)
        {
            if (field is "notAsserted" or "correctedFromPython" or "kindCertainty" || ignored.Contains(field)) { continue; }
            if (field == "visibleReply" && value is null) { continue; }
            if (field == "kind" && expected["kindCertainty"]!.GetValue<string>() == "heuristic" && !HeuristicsCount) { continue; }
            var given = field == "deliveryStatus" ? Statuses(raw) : actual[field];
            score.Count(field, Path.GetFileName(file), Same(field, value, given), value, given);
        }
    }

    // "Good to find, not required": counted all the same, so that they do not rot unseen.
    private const bool HeuristicsCount = true;

    private static void CheckReply(string file, Score score)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".expect.json")))!["visibleReply"];
        var visible = JsonValue.Create(VisibleReply.Of(File.ReadAllText(file, Encoding.UTF8)));
        score.Count("reply", Path.GetFileName(file), Same("visibleReply", expected, visible), expected, visible);
    }

    private static JsonArray Statuses(byte[] raw)
    {
        var mail = Mail.Read(raw);
        return new JsonArray([.. DeliveryReport.Blocks(DeliveryReport.StatusParts(mail.Root.All())).Select(r =>
            (JsonNode)new JsonObject { ["finalRecipient"] = r.Recipient, ["action"] = r.Action, ["status"] = r.Status })]);
    }

    private static bool Same(string field, JsonNode? expected, JsonNode? actual)
    {
        if (expected is null || actual is null) { return expected is null && actual is null; }
        return field switch
        {
            "subject" or "textBody" or "visibleReply" => Flat(expected.GetValue<string>()) == Flat(actual.GetValue<string>()),
            "from" or "to" or "cc" or "replyTo" => Each(expected, actual, (a, b) => Text(a, "name") == Text(b, "name") && Address(Text(a, "address")) == Address(Text(b, "address"))),
            "attachments" => Each(expected, actual, SameFile),
            "deliveryStatus" => Each(expected, actual, (a, b) => Text(a, "finalRecipient") == Text(b, "finalRecipient") && Text(a, "action") == Text(b, "action") && Text(a, "status") == Text(b, "status")),
            _ => JsonNode.DeepEquals(expected, actual) || expected.ToJsonString() == actual.ToJsonString(),
        };
    }

    private static bool SameFile(JsonNode a, JsonNode b) =>
        Flat(Text(a, "fileName") ?? "") == Flat(Text(b, "fileName") ?? "") && Text(a, "contentType") == Text(b, "contentType")
        && (a["size"] is null || a["size"]!.ToJsonString() == b["size"]?.ToJsonString())
        && a["inline"]!.GetValue<bool>() == b["inline"]!.GetValue<bool>() && Text(a, "contentId") == Text(b, "contentId");

    private static bool Each(JsonNode expected, JsonNode actual, Func<JsonNode, JsonNode, bool> same) =>
        expected.AsArray().Count == actual.AsArray().Count && expected.AsArray().Zip(actual.AsArray()).All(p => same(p.First!, p.Second!));

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static string? Address(string? address)
    {
        var at = address?.LastIndexOf('@') ?? -1;
        return at < 0 ? address : address![..at] + address[at..].ToLowerInvariant();
    }

    private static string Flat(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private sealed class Score
    {
        private readonly SortedDictionary<string, (int Right, int All)> fields = new(StringComparer.Ordinal);
        private readonly StringBuilder wrong = new();

        public int Total => fields.Values.Sum(f => f.All);
        public double Percent => 100.0 * fields.Values.Sum(f => f.Right) / Total;

        public void Count(string field, string file, bool right, JsonNode? expected, JsonNode? actual)
        {
            var (r, all) = fields.GetValueOrDefault(field);
            fields[field] = (r + (right ? 1 : 0), all + 1);
            if (!right) { wrong.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{field} {file}\n   expected {Short(expected)}\n   actual   {Short(actual)}"); }
        }

        public override string ToString() =>
            $"{Percent:F2} % of {Total} fields are right\n" + string.Join('\n', fields.Select(f => $"{f.Key}: {f.Value.Right} of {f.Value.All}")) + "\n" + wrong;

        private static string Short(JsonNode? node) => node?.ToJsonString(Plain) is { } text ? text.Length > 700 ? text[..700] : text : "null";

        private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    }
}
