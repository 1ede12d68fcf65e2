using Braid.Platform.Data;

namespace Braid.Tests.Platform;

public class NewIdTests
{
    [Fact]
    public void An_id_is_a_uuid_of_version_7_that_begins_with_the_time()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var id = NewIds.Next();
        var after = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        Assert.Equal((7, 8), (id.Version, id.Variant & 0xC));
        Assert.InRange(Convert.ToInt64(id.ToString("n")[..12], 16), before, after);
    }

    [Fact]
    public async Task Ids_made_on_many_threads_differ()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Select(_ => NewIds.Next()).ToList())));

        Assert.Equal(40_000, made.SelectMany(ids => ids).Distinct().Count());
    }
}
