using Braid.Testing;

namespace Braid.Tests;

/// <summary>`[Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]`: the same test on both engines.</summary>
internal static class Engines
{
    public static IEnumerable<TheoryDataRow<string>> Both =>
    [
        new("sqlite"),
        new("postgres") { Skip = TestBraid.Has(TestEngine.Postgres) ? null : "PostgreSQL is not installed" },
    ];

    public static TestEngine Parse(string name) => Enum.Parse<TestEngine>(name, ignoreCase: true);
}
