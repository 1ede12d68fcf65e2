using System.IO.Compression;
using System.Net;
using System.Text;
using Braid.Customers;
using Braid.Imports;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Imports;

/// <summary>A file of customers: looked at, checked, run, run again and undone.</summary>
public class ImportTests
{
    private const string Csv = "Name;E-Mail;Phone;Company;Tags;ID\n"
        + "Maya Tan;maya@example.org;+65 8123 4455;Acme;vip, wholesale;1\n"
        + "\"Kim \"\"K\"\" Park\";kim@example.org;030 901820;\"Park; Sons\";;2\n"
        + "Broken;not an address;;;;3\n"
        + "Maya again;MAYA@example.org;;;;4\n"
        + "Team;info@example.org;;;;5\n"
        + "=cmd|' /C calc'!A0;formula@example.org;;;;6\n";

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_file_is_checked_first_then_run_and_taken_back(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var known = (await braid.Api.PostJsonAsync("/customers", new { name = "M.", keys = new[] { new { kind = "email", value = "maya@example.org" } } })).Text("id");
        var import = await DraftAsync(braid, "customers.csv", Encoding.UTF8.GetBytes(Csv));
        import["mapping"].GetProperty("columns").EnumerateArray().Select(c => c.GetString()).ShouldBe(["name", "email", "phone", "company", "tags", "externalId"]);
        var id = import.Text("id");
        (await braid.Api.PostJsonAsync($"/imports/{id}/run")).Refused(HttpStatusCode.Conflict, "conflict");
        (await MapAsync(braid, id, "DE", null, "name", "email", "phone", "company", "tags", "externalId")).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        (await MapAsync(braid, id, "DE", "shop", "name", "email", "phone", "company", "tags", "externalId")).Is(HttpStatusCode.OK);

        var before = await StateAsync(braid);
        var dry = await RunAsync(braid, id, "check");
        (dry["made"].GetInt32(), dry["changed"].GetInt32(), dry["failed"].GetInt32()).ShouldBe((3, 2, 1));
        dry["errors"].EnumerateArray().Select(e => (e.GetProperty("row").GetInt32(), e.GetProperty("error").GetString())).ShouldBe([(4, "“not an address” is not an email address.")]);
        (await StateAsync(braid)).ShouldBe(before, "a check changes nothing");

        var done = await RunAsync(braid, id, "run");
        (done.Text("state"), done["made"].GetInt32(), done["changed"].GetInt32(), done["failed"].GetInt32()).ShouldBe(("done", 3, 2, 1));
        var maya = (await braid.Api.GetJsonAsync($"/customers/{known}")).Is(HttpStatusCode.OK);
        (maya.Text("name"), maya.Text("company"), maya["refs"].GetArrayLength()).ShouldBe(("M.", "Acme", 2), "an import never overwrites what people or the API wrote newer; rows 1 and 4 are her");
        maya["tags"].EnumerateArray().Select(t => t.GetString()).ShouldBe(["vip", "wholesale"]);
        maya["keys"].EnumerateArray().Select(k => k.GetProperty("value").GetString()).ShouldContain("+6581234455");
        var kim = (await braid.Api.GetJsonAsync("/customers?q=kim"))["items"][0];
        kim.GetProperty("name").GetString().ShouldBe("Kim \"K\" Park");
        (await braid.Api.GetJsonAsync($"/customers/{kim.GetProperty("id").GetString()}"))["keys"].EnumerateArray().Select(k => k.GetProperty("value").GetString()).ShouldContain("+4930901820");
        (await braid.WithDbAsync(db => db.Set<CustomerKey>().SingleAsync(k => k.Value == "info@example.org"))).Proven.ShouldBeFalse("it belongs to several");

        var undone = await RunAsync(braid, id, "undo");
        undone.Text("state").ShouldBe("undone");
        (await StateAsync(braid)).ShouldBe(before, "as if it had never been");
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task What_was_added_to_an_imported_profile_stays_when_the_import_is_undone(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var id = (await DraftAsync(braid, "c.csv", "name,email\nMaya Tan,maya@example.org\nKim,kim@example.org\n"u8.ToArray())).Text("id");
        await RunAsync(braid, id, "check");
        await RunAsync(braid, id, "run");
        var maya = (await braid.Api.GetJsonAsync("/customers?q=maya"))["items"][0].GetProperty("id").GetString();
        (await braid.Api.PostJsonAsync($"/customers/{maya}/notes", new { text = "Likes tea." })).Is(HttpStatusCode.Created);
        await RunAsync(braid, id, "undo");
        var left = (await braid.Api.GetJsonAsync("/customers"))["items"];
        left.GetArrayLength().ShouldBe(1);
        (await braid.Api.GetJsonAsync($"/customers/{maya}"))["keys"].GetArrayLength().ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_key_that_several_use_is_held_by_nobody_after_an_import_either(string engine)
    {
        await using var braid = await TestBraid.StartAsync(Engines.Parse(engine));
        var known = (await braid.Api.PostJsonAsync("/customers", new { name = "Home", keys = new[] { new { kind = "phone", value = "+6581234455" } } })).Is(HttpStatusCode.Created);
        (await braid.Api.PatchJsonAsync($"/customers/{known.Text("id")}/keys/{known["keys"][0].GetProperty("id").GetString()}", new { shared = true })).Is(HttpStatusCode.OK);
        var id = (await DraftAsync(braid, "c.csv", "name,phone\nMaya Tan,+65 8123 4455\n"u8.ToArray())).Text("id");
        await RunAsync(braid, id, "check");
        (await RunAsync(braid, id, "run"))["made"].GetInt32().ShouldBe(1);
        (await braid.WithDbAsync(db => db.Set<CustomerKey>().CountAsync(k => k.Proven))).ShouldBe(0);
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_where_it_stood()
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var rows = string.Concat(Enumerable.Range(0, 2500).Select(i => $"Person {(char)('A' + (i % 26))}{i},p{i}@example.org\n"));
        var id = (await DraftAsync(braid, "c.csv", Encoding.UTF8.GetBytes("name,email\n" + rows))).Text("id");
        await RunAsync(braid, id, "check");
        await braid.Api.PostJsonAsync($"/imports/{id}/run");
        // As if the process had died after the first batch: its rows are in, the rest is not.
        await DrainAsync(braid);
        (await braid.WithDbAsync(db => db.Set<ImportRow>().CountAsync())).ShouldBe(2500);
        await braid.WithDbAsync(async db =>
        {
            var late = await db.Set<ImportRow>().Where(r => r.Number > RunImport.BatchRows + 1).Select(r => r.CustomerId!.Value).ToListAsync();
            await db.Set<ImportRow>().Where(r => r.Number > RunImport.BatchRows + 1).ExecuteDeleteAsync();
            await db.Set<CustomerKey>().Where(k => late.Contains(k.CustomerId)).ExecuteDeleteAsync();
            await db.Set<CustomerValue>().Where(v => late.Contains(v.CustomerId)).ExecuteDeleteAsync();
            await db.Set<Customer>().Where(c => late.Contains(c.Id)).ExecuteDeleteAsync();
            var import = await db.Set<Import>().SingleAsync();
            (import.State, import.Rows, import.Made) = (ImportState.Running, RunImport.BatchRows, RunImport.BatchRows);
            var job = NewJob.Of(import.WorkspaceId, RunImport.KindName, new RunImport.Payload(import.Id));
            db.Add(new Job { WorkspaceId = job.Workspace, Kind = job.Kind, Payload = job.Payload, RunAt = braid.Clock.GetUtcNow(), CreatedAt = braid.Clock.GetUtcNow() });
            return await db.SaveChangesAsync();
        });
        await DrainAsync(braid);
        var done = await braid.Api.GetJsonAsync($"/imports/{id}");
        (done.Text("state"), done["made"].GetInt32(), done["rows"].GetInt32()).ShouldBe(("done", 2500, 2500));
        (await braid.WithDbAsync(db => db.Set<Customer>().CountAsync())).ShouldBe(2500);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name,email\n", "no rows")]
    [InlineData("PK\u0003\u0004 this is no spreadsheet", "not a spreadsheet")]
    public async Task A_file_that_is_no_table_is_refused_in_words(string content, string expected)
    {
        await using var braid = await TestBraid.StartAsync(TestEngine.Sqlite);
        var file = (await braid.Api.UploadAsync("c.csv", "text/csv", Encoding.Latin1.GetBytes(content))).Text("id");
        (await braid.Api.PostJsonAsync("/imports", new { fileId = file })).Refused(HttpStatusCode.UnprocessableEntity, "invalid").Text("detail").ShouldContain(expected);
    }

    [Fact]
    public void Encodings_separators_and_huge_cells_are_read_or_named()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Rows(Encoding.GetEncoding(1252).GetBytes("name;city\nJörg;Köln\n")).ShouldBe([["name", "city"], ["Jörg", "Köln"]]);
        Rows(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("name\tcity\nJörg\tKöln\n")).ToArray()).ShouldBe([["name", "city"], ["Jörg", "Köln"]]);
        Rows("name|city\r\n\"two\nlines\"|x\r\n\r\n"u8.ToArray()).ShouldBe([["name", "city"], ["two\nlines", "x"]]);
        Rows(Encoding.UTF8.GetBytes("name,city\n" + new string('x', 1024 * 1024) + ",Köln\n"))[1].ShouldBe([null, "Köln"]);
        Should.Throw<NotATableException>(() => Rows(Encoding.UTF8.GetBytes("name,city\n\"" + new string('x', 3 * 1024 * 1024)))).Message.ShouldContain("quotation mark");
        Should.Throw<NotATableException>(() => TableReader.Read(new MemoryStream("a,b\n1,2\n"u8.ToArray()), "klingon").ToList()).Message.ShouldContain("klingon");
    }

    [Fact]
    public void A_spreadsheet_is_read_with_dates_and_numbers_as_people_see_them()
    {
        using var bytes = new MemoryStream(Workbook("<row r=\"1\"><c t=\"inlineStr\"><is><t>name</t></is></c><c t=\"inlineStr\"><is><t>phone</t></is></c></row>"
            + "<row r=\"2\"><c t=\"inlineStr\"><is><t>Maya</t></is></c><c><v>6581234455</v></c></row><row r=\"3\"><c t=\"str\"><f>A2&amp;\"!\"</f><v>Maya!</v></c><c><v>12.5</v></c></row>"));
        TableReader.Read(bytes, null).ShouldBe([["name", "phone"], ["Maya", "6581234455"], ["Maya!", "12.5"]]);
    }

    private static List<string?[]> Rows(byte[] bytes) => [.. TableReader.Read(new MemoryStream(bytes), null)];

    private static byte[] Workbook(string rows)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>");
            Put("_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Put("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
            Put("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
            Put("xl/worksheets/sheet1.xml", $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>");

            void Put(string name, string text)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text);
            }
        }

        return bytes.ToArray();
    }

    private static async Task<Answer> DraftAsync(TestBraid braid, string name, byte[] bytes)
    {
        var file = (await braid.Api.UploadAsync(name, "text/csv", bytes)).Is(HttpStatusCode.OK).Text("id");
        return (await braid.Api.PostJsonAsync("/imports", new { fileId = file })).Is(HttpStatusCode.Created);
    }

    private static Task<Answer> MapAsync(TestBraid braid, string id, string? region, string? system, params string?[] columns) => braid.Api.PutJsonAsync($"/imports/{id}/mapping", new { columns, region, system });

    private static async Task<Answer> RunAsync(TestBraid braid, string id, string what)
    {
        (await braid.Api.PostJsonAsync($"/imports/{id}/{what}")).Is(HttpStatusCode.OK);
        await DrainAsync(braid);
        return await braid.Api.GetJsonAsync($"/imports/{id}");
    }

    /// <summary>Until no import runs, whichever of the server's own pump and ours did the work.</summary>
    private static async Task DrainAsync(TestBraid braid)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do { await braid.Services.GetRequiredService<JobRunner>().DrainAsync(limit.Token); }
        while (await braid.WithDbAsync(db => db.Set<Job>().AnyAsync(j => j.Kind == RunImport.KindName && j.State == JobState.Waiting)));
    }

    private static Task<string> StateAsync(TestBraid braid) => braid.WithDbAsync(async db =>
    {
        var customers = await db.Set<Customer>().AsNoTracking().OrderBy(c => c.Id).Select(c => new { c.Id, c.Name, c.Company, c.Tags, c.Attributes }).ToListAsync();
        var keys = await db.Set<CustomerKey>().AsNoTracking().OrderBy(k => k.Value).Select(k => new { k.Value, k.Proven, k.CustomerId }).ToListAsync();
        var values = await db.Set<CustomerValue>().AsNoTracking().OrderBy(v => v.CustomerId).ThenBy(v => v.Field).Select(v => new { v.CustomerId, v.Field, v.Value }).ToListAsync();
        return string.Join('\n', [.. customers.Select(c => c.ToString()), .. keys.Select(k => k.ToString()), .. values.Select(v => v.ToString()), $"{await db.Set<ExternalRef>().CountAsync()} refs"]);
    });
}
