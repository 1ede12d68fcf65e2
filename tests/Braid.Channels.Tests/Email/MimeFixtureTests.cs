using System.Text.Json.Nodes;
using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

/// <summary>Small tricky mails, each with what it must be read as; only the fields that a mail is about are named.</summary>
public sealed class MimeFixtureTests
{
    public static TheoryData<string> Mails() => [.. Directory.EnumerateFiles(EmailTestData.Fixture(""), "*.eml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Mails))]
    public void Is_read_as_expected(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllText(EmailTestData.Fixture(name + ".expect.json")))!.AsObject();
        var actual = EmailReading.Read(File.ReadAllBytes(EmailTestData.Fixture(name + ".eml")));
        expected.Count.ShouldBeGreaterThan(0);
        foreach (var (field, value) in expected)
        {
            JsonNode.DeepEquals(value, actual[field]).ShouldBeTrue($"{field}: expected {value?.ToJsonString() ?? "null"}, read {actual[field]?.ToJsonString() ?? "null"}");
        }
    }
}
