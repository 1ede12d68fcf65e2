using Braid.Inboxes;
using Braid.Testing;

namespace Braid.Tests.Inboxes;

/// <summary>Channels shipped by others lie as assemblies in the data path.</summary>
public sealed class ChannelPackagesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("braid-packages-").FullName;

    [Fact]
    public void A_package_brings_its_channels()
    {
        File.Copy(typeof(PackagedChannel).Assembly.Location, Path.Combine(folder, "Pigeons.dll"));
        ChannelPackages.Load(folder, ["email"]).ShouldHaveSingleItem().Descriptor.Id.ShouldBe("packaged");
    }

    [Fact]
    public void A_name_taken_already_and_a_file_that_is_no_assembly_are_told()
    {
        File.Copy(typeof(PackagedChannel).Assembly.Location, Path.Combine(folder, "Pigeons.dll"));
        Should.Throw<InvalidOperationException>(() => ChannelPackages.Load(folder, ["packaged"])).Message.ShouldContain("\"packaged\"");
        File.WriteAllText(Path.Combine(folder, "Broken.dll"), "not an assembly");
        Should.Throw<InvalidOperationException>(() => ChannelPackages.Load(folder, [])).Message.ShouldContain("Broken.dll");
    }

    [Fact]
    public void No_folder_no_packages() => ChannelPackages.Load(Path.Combine(folder, "none"), []).ShouldBeEmpty();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
