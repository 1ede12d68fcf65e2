using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Braid.Platform;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Braid.Testing;
using Braid.Tests.Testing;
using Microsoft.Extensions.Options;

namespace Braid.Tests.Platform;

public class FileTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_was_uploaded_comes_back_safely_and_in_parts(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var image = (await UploadAsync(braid.Api, "../../photo\u202Egnp.png", "image/png", "0123456789")).Is(HttpStatusCode.OK);
        (image.Text("name"), image.Text("contentType"), image["size"].GetInt64()).ShouldBe(("photognp.png", "image/png", 10));

        var shown = (await GetAsync(braid.Api, image.Text("id"))).EnsureSuccessStatusCode();
        (await shown.Content.ReadAsStringAsync(), shown.Content.Headers.ContentType!.MediaType, shown.Content.Headers.ContentDisposition!.DispositionType).ShouldBe(("0123456789", "image/png", "inline"));
        (shown.Headers.GetValues("X-Content-Type-Options").Single(), shown.Headers.GetValues("Content-Security-Policy").Single()).ShouldBe(("nosniff", "default-src 'none'; sandbox"));
        (await GetAsync(braid.Api, image.Text("id") + "?download=1")).Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");

        var part = await GetAsync(braid.Api, image.Text("id"), new RangeHeaderValue(2, 4));
        (part.StatusCode, await part.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.PartialContent, "234"));

        var drawing = await UploadAsync(braid.Api, "x.svg", "image/svg+xml", "<svg onload='alert(1)'/>");
        var got = (await GetAsync(braid.Api, drawing.Text("id"))).EnsureSuccessStatusCode();
        (got.Content.Headers.ContentDisposition!.DispositionType, got.Content.Headers.ContentType!.MediaType).ShouldBe(("attachment", "application/octet-stream"));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Walls_and_limits_hold(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine), settings: ("Braid:Files:UploadBytes", "100000"));
        var mine = await UploadAsync(braid.Api, "a.txt", "text/plain", "mine");
        var (_, eve, _) = await (await Seed.StrangersAsync(braid)).AgentAsync("Eve");
        (await eve.GetJsonAsync("/files/" + mine.Text("id"))).Refused(HttpStatusCode.NotFound, "not_found");
        (await braid.Client(null).GetJsonAsync("/files/" + mine.Text("id"))).Refused(HttpStatusCode.Unauthorized, "signed_out");
        (await UploadAsync(braid.Api, "b.bin", "text/plain", new string('x', 100_001))).Refused(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await UploadAsync(braid.Api, "c.bin", "text/plain", new string('x', 400_000))).Refused(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await braid.Api.PostJsonAsync("/files", new { file = "no" })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        Directory.EnumerateFiles(Path.Combine(braid.Folder, "files", "incoming")).ShouldBeEmpty("what was refused leaves nothing");
    }

    [Fact]
    public async Task The_same_bytes_are_kept_once_per_workspace()
    {
        using var folder = new Folder();
        var store = folder.Store();
        var (here, there) = (Id<Workspace>.New(), Id<Workspace>.New());
        var puts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.PutAsync(here, Bytes("hello"), 100, CancellationToken.None)));
        puts.Distinct().Single().ShouldBe(new("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", 5));
        (await store.ExistsAsync(there, puts[0].Hash, CancellationToken.None)).ShouldBeFalse();
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
        await Should.ThrowAsync<FileTooLargeException>(() => store.PutAsync(here, Bytes("hello!"), 5, CancellationToken.None));
        await store.DeleteAsync(here, puts[0].Hash, CancellationToken.None);
        (await store.ExistsAsync(here, puts[0].Hash, CancellationToken.None)).ShouldBeFalse();
        await Should.ThrowAsync<ArgumentException>(() => store.OpenAsync(here, "../../braid.db", CancellationToken.None));
    }

    [Fact]
    public async Task A_source_or_disk_that_fails_leaves_no_half_file()
    {
        using var folder = new Folder();
        await Should.ThrowAsync<IOException>(() => folder.Store().PutAsync(Id<Workspace>.New(), new Torn(), 1000, CancellationToken.None));
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_store_that_takes_nothing_is_told_in_words(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        // A file where the folder should be: no write can succeed.
        await File.WriteAllTextAsync(Path.Combine(braid.Folder, "files"), "");
        (await UploadAsync(braid.Api, "a.txt", "text/plain", "x")).Refused(HttpStatusCode.InsufficientStorage, "storage_full");
    }

    [Fact]
    public async Task A_picture_is_shown_small_and_what_is_none_or_broken_as_it_is()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var photo = Braid.Simulator.SimulatedFile.Photo(7).Content;
        var id = (await UploadAsync(braid.Api, "lamp.png", "image/png", photo)).Is(HttpStatusCode.OK).Text("id");
        for (var again = 0; again < 2; again++)
        {
            var small = (await GetAsync(braid.Api, id + "?size=thumb")).EnsureSuccessStatusCode();
            small.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
            var bytes = await small.Content.ReadAsByteArrayAsync();
            (Encoding.ASCII.GetString(bytes, 0, 4), Encoding.ASCII.GetString(bytes, 8, 4)).ShouldBe(("RIFF", "WEBP"));
        }

        // A header that claims 60,000 by 60,000 pixels, and words: neither may cost memory or time.
        byte[] bomb = [.. photo];
        (bomb[18], bomb[19], bomb[22], bomb[23]) = (0xEA, 0x60, 0xEA, 0x60);
        foreach (var odd in new[] { bomb, "no picture"u8.ToArray() })
        {
            var odder = (await UploadAsync(braid.Api, "odd.png", "image/png", odd)).Is(HttpStatusCode.OK).Text("id");
            var shown = (await GetAsync(braid.Api, odder + "?size=thumb")).EnsureSuccessStatusCode();
            (shown.Content.Headers.ContentType!.MediaType, await shown.Content.ReadAsByteArrayAsync()).ShouldSatisfyAllConditions(s => s.Item1.ShouldBe("image/png"), s => s.Item2.ShouldBe(odd));
        }
    }

    private static Task<Answer> UploadAsync(HttpClient client, string name, string type, string content) => UploadAsync(client, name, type, Encoding.UTF8.GetBytes(content));

    private static async Task<Answer> UploadAsync(HttpClient client, string name, string type, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new(type);
        using var form = new MultipartFormDataContent { { part, "file", name } };
        using var response = await client.PostAsync(new Uri("/api/v1/files", UriKind.Relative), form);
        return await Answer.ReadAsync(response);
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string id, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/files/" + id);
        request.Headers.Range = range;
        return client.SendAsync(request);
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("braid-files-").FullName;

        public LocalFileStore Store() => new(Options.Create(new BraidOptions { DataPath = Path }));

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    private sealed class Torn : MemoryStream
    {
        private int reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (reads++ > 2) { throw new IOException("No space left on device"); }
            buffer.Span[..10].Fill(1);
            return ValueTask.FromResult(10);
        }
    }
}
