namespace Braid.Channels.Tests.Conformance;

/// <summary>Providers' own API descriptions. They are not part of this repository: the folder that holds them is named by an environment variable.</summary>
public static class ReferenceData
{
    private const string Variable = "BRAID_REFERENCE_DATA";

    /// <summary>The file's path; skips the test, visibly, where the data is not at hand.</summary>
    public static string Require(params string[] path)
    {
        var root = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(root), $"{Variable} is not set: not compared with {path[^1]}");
        var file = Path.Combine([root!, .. path]);
        Assert.SkipUnless(File.Exists(file), $"{Variable} has no {Path.Combine(path)}");
        return file;
    }
}
