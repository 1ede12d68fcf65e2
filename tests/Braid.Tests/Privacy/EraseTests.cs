using System.Data.Common;
using System.IO.Compression;
using System.Net;
using System.Text;
using Braid.Channels;
using Braid.Inboxes;
using Braid.Platform.Data;
using Braid.Platform.Jobs;
using Braid.Testing;
using Braid.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Braid.Tests.Privacy;

/// <summary>A person asks for everything, and then to be forgotten: canaries are planted wherever something of theirs is kept, and none may be found again.</summary>
public class EraseTests
{
    private const string Canary = "canary7f3a";

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task Nothing_of_an_erased_person_is_found_in_any_table_or_file(string engine)
    {
        await using var spine = await Spine.StartOwnedAsync(engine);
        var inbox = await spine.ConnectAsync("chat");
        await spine.WritesAsync(inbox, Spine.Says("other", "Somebody else says hello", "lee"));
        var person = await PlantAsync(spine, inbox);
        var twin = (await spine.Braid.Api.PostJsonAsync("/customers", new { name = $"{Canary} twin", keys = new[] { new { kind = "email", value = $"twin.{Canary}@example.org" } } })).Text("id");
        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/merge", new { with = twin, reason = $"{Canary} reason" })).Is(HttpStatusCode.OK);
        (await FoundAsync(spine)).Count.ShouldBeGreaterThan(10, "the canaries are in");

        using var export = await spine.Braid.Api.GetAsync(new Uri($"/api/v1/customers/{person}/export", UriKind.Relative));
        export.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var zip = new ZipArchive(await export.Content.ReadAsStreamAsync()))
        {
            zip.Entries.Select(e => e.FullName).ShouldContain("profile.json");
            zip.Entries.ShouldContain(e => e.FullName.StartsWith("pictures/", StringComparison.Ordinal), "their picture");
            (await TextAsync(zip, "messages.jsonl")).ShouldContain($"{Canary} asks for help");
            var profile = await TextAsync(zip, "profile.json");
            foreach (var part in (string[])[$"{Canary} twin", $"twin.{Canary}@example.org", $"{Canary} note", $"{Canary} tier", $"{Canary} form", $"shop-{Canary}"]) { profile.ShouldContain(part); }
        }

        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/hold", new { hold = true })).Is(HttpStatusCode.NoContent);
        (await spine.Braid.Api.PostJsonAsync($"/customers/{twin}/erase")).Refused(HttpStatusCode.Conflict, "legal_hold");
        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/hold", new { hold = false })).Is(HttpStatusCode.NoContent);

        var erased = (await spine.Braid.Api.PostJsonAsync($"/customers/{twin}/erase")).Is(HttpStatusCode.OK);
        (erased["profiles"].GetInt32(), erased["conversations"].GetInt32()).ShouldBe((4, 1));
        (await FoundAsync(spine)).ShouldBeEmpty();
        (await spine.Braid.Api.GetJsonAsync($"/customers/{person}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await spine.MessagesAsync()).Select(m => m.Text).ShouldBe(["Somebody else says hello"], "others keep what they said");

        // The same person writes again: somebody new.
        await spine.WritesAsync(inbox, Spine.Says("again", "Hello again", Canary));
        (await spine.CustomersAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task In_a_group_others_keep_the_talk_without_the_words_of_who_was_erased()
    {
        await using var spine = await Spine.StartOwnedAsync("sqlite");
        var inbox = await spine.ConnectAsync("chat");
        await spine.WritesAsync(inbox, Group("1", "lee", "Who comes?"), Group("2", Canary, $"{Canary} comes"), Group("3", "lee", "Good."));
        (await spine.OutcomesAsync()).Select(o => $"{o.Outcome} {o.Reason}").ShouldBe(["Applied ", "Applied ", "Applied "]);
        var person = (await spine.CustomersAsync()).Single(c => c.Name == Canary).Id;
        (await spine.Braid.Api.PostJsonAsync($"/customers/{person}/erase")).Is(HttpStatusCode.OK);
        (await FoundAsync(spine)).ShouldBeEmpty();
        (await spine.MessagesAsync()).Select(m => m.Text).ShouldBe(["Who comes?", null, "Good."]);
    }

    private static async Task<string> PlantAsync(Spine spine, ConnectedInbox inbox)
    {
        var e = Spine.Says($"m-{Canary}", $"{Canary} asks for help", Canary);
        await spine.WritesAsync(inbox, e with { Sender = e.Sender! with { Name = $"{Canary} Smith", Address = $"@{Canary}", Keys = [new(KeyKind.Email, $"mail.{Canary}@example.org", "dmarc=pass")] } });
        await spine.WritesAsync(inbox, new InboundEvent(InboundKind.Edit) { ExternalId = $"e-{Canary}", TargetKey = $"m-{Canary}", ThreadId = Canary, Text = $"{Canary} asks for help, please", Timestamp = spine.Now, Sender = new Sender(Canary) });
        await spine.WritesAsync(inbox, new InboundEvent(InboundKind.Reaction) { ExternalId = $"r-{Canary}", TargetKey = $"m-{Canary}", ThreadId = Canary, Text = "👍", Status = "added", Timestamp = spine.Now, Sender = new Sender(Canary) { Name = $"{Canary} Smith" } });
        var api = spine.Braid.Api;
        var id = (await spine.CustomersAsync()).Single(c => c.Name == $"{Canary} Smith").Id.ToString();
        var conversation = (await spine.ConversationsAsync()).Single(c => c.CustomerId.ToString() == id).Id;
        (await api.PostJsonAsync($"/customers/{id}/notes", new { text = $"{Canary} note" })).Is(HttpStatusCode.Created);
        (await api.PostJsonAsync("/tickets", new { customerId = id, subject = $"{Canary} ticket", text = $"{Canary} matter" })).Is(HttpStatusCode.Created);
        var person = new Braid.Platform.Data.Id<Braid.Customers.Customer>(Guid.Parse(id));
        await spine.Braid.WithDbAsync(async db =>
        {
            var talk = await db.Set<Braid.Conversations.Conversation>().AsNoTracking().FirstAsync(c => c.CustomerId == person);
            db.Add(new Braid.Realtime.LiveChat.PageVisit { WorkspaceId = talk.WorkspaceId, CustomerId = person, Url = $"https://shop.example/{Canary}", At = spine.Now });
            db.Add(new Braid.Surveys.Survey { WorkspaceId = talk.WorkspaceId, CustomerId = person, ConversationId = talk.Id, Token = $"token-{Canary}", Comment = $"{Canary} comment", Rating = 4, AnsweredAt = spine.Now, CreatedAt = spine.Now });
            return await db.SaveChangesAsync();
        });
        (await api.PatchJsonAsync($"/customers/{id}", new { company = $"{Canary} Ltd", tier = $"{Canary} tier", tags = new[] { $"tag-{Canary}" } })).Is(HttpStatusCode.OK);
        (await api.PostJsonAsync($"/customers/{id}/keys", new { kind = "phone", value = "+6581234455" })).Is(HttpStatusCode.OK);
        (await api.PostJsonAsync($"/customers/{id}/consents", new { purpose = "marketing", given = true, source = $"{Canary} form" })).Is(HttpStatusCode.OK);
        (await api.PutJsonAsync($"/customers/by/shop/shop-{Canary}", new { name = $"{Canary} other" })).Is(HttpStatusCode.Created);
        (await api.PostJsonAsync($"/customers/{id}/merge", new { with = (await api.PutJsonAsync($"/customers/by/shop/shop-{Canary}", new { })).Text("id") })).Is(HttpStatusCode.OK);
        (await api.PostJsonAsync($"/conversations/{conversation}/messages", new { text = $"{Canary} internal", @private = true })).Is(HttpStatusCode.OK);
        (await api.PostJsonAsync("/customers", new { name = $"{Canary} asked twice" }, ("Idempotency-Key", "k1"))).Is(HttpStatusCode.Created);
        var twice = (await spine.CustomersAsync()).Single(c => c.Name == $"{Canary} asked twice").Id;
        (await api.PostJsonAsync($"/customers/{id}/merge", new { with = twice })).Is(HttpStatusCode.OK);
        var picture = (await api.UploadAsync($"{Canary}.png", "image/png", Encoding.UTF8.GetBytes($"not really a picture of {Canary}"))).Is(HttpStatusCode.OK).Text("id");
        (await api.PatchJsonAsync($"/customers/{id}", new { photo = picture })).Is(HttpStatusCode.OK);
        await ImportAsync(spine);
        return id;
    }

    /// <summary>They stand in a file of customers, too.</summary>
    private static async Task ImportAsync(Spine spine)
    {
        var file = (await spine.Braid.Api.UploadAsync("list.csv", "text/csv", Encoding.UTF8.GetBytes($"name,email\n{Canary} listed,mail.{Canary}@example.org\n"))).Is(HttpStatusCode.OK).Text("id");
        var import = (await spine.Braid.Api.PostJsonAsync("/imports", new { fileId = file })).Is(HttpStatusCode.Created).Text("id");
        foreach (var step in (string[])["check", "run"])
        {
            (await spine.Braid.Api.PostJsonAsync($"/imports/{import}/{step}")).Is(HttpStatusCode.OK);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            do { await spine.Braid.Services.GetRequiredService<JobRunner>().DrainAsync(limit.Token); }
            while ((await spine.Braid.Api.GetJsonAsync($"/imports/{import}")).Text("state") is "checking" or "running");
        }
    }

    /// <summary>Every column of every table as text, and every byte of every file below the data folder.</summary>
    private static async Task<List<string>> FoundAsync(Spine spine)
    {
        var found = await spine.Braid.WithDbAsync(async db =>
        {
            var hits = new List<string>();
            await db.Database.OpenConnectionAsync();
            foreach (var table in db.Model.GetEntityTypes().Select(t => t.GetTableName()!).Distinct())
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"select * from {table}";
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync()) { for (var i = 0; i < reader.FieldCount; i++) { if (Shows(reader, i)) { hits.Add($"{table}.{reader.GetName(i)}"); } } }
            }

            return hits;
        });
        foreach (var file in Directory.EnumerateFiles(spine.Braid.Folder, "*", SearchOption.AllDirectories))
        {
            await using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await bytes.CopyToAsync(copy);
            if (copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)) >= 0) { found.Add(Path.GetFileName(file)); }
        }

        return found;
    }

    private static bool Shows(DbDataReader reader, int column) => !reader.IsDBNull(column) && (reader.GetValue(column) switch
    {
        string text => text.Contains(Canary, StringComparison.OrdinalIgnoreCase),
        byte[] bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)) >= 0,
        _ => false,
    });

    private static InboundEvent Group(string id, string from, string text) => Spine.Says(id, text, from) with { ThreadId = "group-1", Audience = Audience.Shared, ThreadTitle = "Team" };

    private static async Task<string> TextAsync(ZipArchive zip, string entry)
    {
        using var reader = new StreamReader(await zip.GetEntry(entry)!.OpenAsync());
        return await reader.ReadToEndAsync();
    }
}
