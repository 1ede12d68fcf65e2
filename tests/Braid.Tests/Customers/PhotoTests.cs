using System.Net;
using Braid.Testing;

namespace Braid.Tests.Customers;

/// <summary>Pictures of people: chosen by agents, replaced, taken off, shown for both profiles of one person.</summary>
public class PhotoTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task An_agents_picture_is_shown_until_another_takes_its_place(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var id = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya Tan" })).Is(HttpStatusCode.Created).Text("id");
        var (first, second) = (await UploadAsync(braid, "one", "image/png"), await UploadAsync(braid, "two", "image/webp"));
        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { photo = first })).Is(HttpStatusCode.OK).Text("photoId").ShouldBe(first);
        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { photo = second })).Is(HttpStatusCode.OK).Text("photoId").ShouldBe(second);
        (await braid.Api.GetJsonAsync($"/files/{first}")).Status.ShouldBe(HttpStatusCode.NotFound, "nobody shows it any more");

        var twin = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya T." })).Is(HttpStatusCode.Created).Text("id");
        var merge = (await braid.Api.PostJsonAsync($"/customers/{id}/merge", new { with = twin })).Is(HttpStatusCode.OK);
        (await braid.Api.GetJsonAsync($"/customers/{twin}")).Text("photoId").ShouldBe(second);
        merge.Status.ShouldBe(HttpStatusCode.OK);

        (await braid.Api.PatchJsonAsync($"/customers/{id}", new { photo = (string?)null })).Is(HttpStatusCode.OK)["photoId"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await braid.Api.GetJsonAsync($"/files/{second}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_no_picture_of_ours_is_refused()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var id = (await braid.Api.PostJsonAsync("/customers", new { name = "Maya Tan" })).Is(HttpStatusCode.Created).Text("id");
        foreach (var photo in (string[])[await UploadAsync(braid, "x", "text/html"), await UploadAsync(braid, "x", "image/svg+xml"), Guid.NewGuid().ToString(), "no id"])
        {
            (await braid.Api.PatchJsonAsync($"/customers/{id}", new { photo })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        }
    }

    private static async Task<string> UploadAsync(TestBraid braid, string content, string type) =>
        (await braid.Api.UploadAsync($"{content}.bin", type, System.Text.Encoding.UTF8.GetBytes(content))).Is(HttpStatusCode.OK).Text("id")!;
}
