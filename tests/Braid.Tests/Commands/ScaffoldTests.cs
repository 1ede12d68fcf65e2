using Braid.Commands;
using Braid.Tests.House;

namespace Braid.Tests.Commands;

/// <summary>A new channel begins as a copy of Echo under its own name.</summary>
public class ScaffoldTests
{
    [Fact]
    public async Task A_new_channel_gets_its_folders_and_its_name()
    {
        var root = Directory.CreateTempSubdirectory("braid-scaffold-").FullName;
        try
        {
            foreach (var folder in new[] { "src/Braid.Channels/Echo", "tests/Braid.Channels.Tests/Echo", "tests/Braid.Channels.Tests/fixtures/echo", "tests/Braid.Channels.Tests/expected/echo" })
            {
                Directory.CreateDirectory(Path.Combine(root, folder));
                foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder))) { File.Copy(file, Path.Combine(root, folder, Path.GetFileName(file))); }
            }

            using var said = new StringWriter();
            (await ScaffoldCommand.RunAsync("PigeonPost", root, said, default)).ShouldBe(0, said.ToString());

            var channel = await File.ReadAllTextAsync(Path.Combine(root, "src/Braid.Channels/PigeonPost/PigeonPostChannel.cs"));
            channel.ShouldContain("Id = \"pigeon-post\"");
            channel.ShouldContain("namespace Braid.Channels.PigeonPost;");
            channel.ShouldNotContain("Echo", Case.Sensitive);
            File.Exists(Path.Combine(root, "tests/Braid.Channels.Tests/PigeonPost/PigeonPostConformance.cs")).ShouldBeTrue();
            Directory.EnumerateFiles(Path.Combine(root, "tests/Braid.Channels.Tests/fixtures/pigeon-post")).ShouldNotBeEmpty();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory]
    [InlineData("pigeon", "Name it like a type")]
    [InlineData("Telegram", "already")]
    [InlineData("PigeonPost", "checkout")]
    public async Task What_is_wrong_is_said(string name, string words)
    {
        using var said = new StringWriter();
        (await ScaffoldCommand.RunAsync(name, Path.GetTempPath(), said, default)).ShouldBe(2);
        said.ToString().ShouldContain(words);
    }
}
