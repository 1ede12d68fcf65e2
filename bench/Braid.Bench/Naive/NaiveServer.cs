using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Braid.Bench.Naive;

/// <summary>
/// The way most would write it first, and not badly: a minimal API, a pooled EF Core context, one SaveChanges (one transaction) per webhook
/// that stores the raw delivery, finds the person and the open conversation, adds the message and raises the counters.
/// </summary>
internal static class NaiveServer
{
    public const string AppSecret = "bench app secret";

    public static Command Create()
    {
        var url = new Option<string>("--url") { Required = true };
        var database = new Option<string>("--database") { Required = true };
        var command = new Command("naive", "The naive server that `ingest` measures beside Braid.") { Hidden = true, Options = { url, database } };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(url)!, parsed.GetValue(database)!, ct));
        return command;
    }

    private static async Task RunAsync(string url, string database, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDbContextPool<NaiveDb>(o =>
        {
            if (database.Contains("Host=", StringComparison.Ordinal)) { o.UseNpgsql(database); }
            else { o.UseSqlite(database); }
        });
        await using var app = builder.Build();
        app.Urls.Add(url);
        app.MapPost("/webhooks/whatsapp", ReceiveAsync);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<NaiveDb>().Database.EnsureCreatedAsync(ct);
        }

        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    private static async Task<IResult> ReceiveAsync(HttpRequest request, NaiveDb db, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, ct);
        var bytes = buffer.ToArray();
        var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(AppSecret), bytes));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(request.Headers["X-Hub-Signature-256"].ToString()))) { return Results.Unauthorized(); }

        using var json = JsonDocument.Parse(bytes);
        var value = json.RootElement.GetProperty("entry")[0].GetProperty("changes")[0].GetProperty("value");
        var message = value.GetProperty("messages")[0];
        var (id, from) = (message.GetProperty("id").GetString()!, message.GetProperty("from").GetString()!);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        db.Deliveries.Add(new NaiveDelivery { InboxId = 1, ReceivedAt = now, Body = bytes });
        if (!await db.Messages.AnyAsync(m => m.InboxId == 1 && m.ExternalId == id, ct))
        {
            var identity = await db.Identities.Include(i => i.Contact).FirstOrDefaultAsync(i => i.InboxId == 1 && i.ExternalId == from, ct)
                ?? db.Identities.Add(new NaiveIdentity { InboxId = 1, ExternalId = from, Contact = new NaiveContact { WorkspaceId = 1, Name = value.GetProperty("contacts")[0].GetProperty("profile").GetProperty("name").GetString() } }).Entity;
            var conversation = (identity.ContactId == 0 ? null : await db.Conversations.FirstOrDefaultAsync(c => c.ContactId == identity.ContactId && c.Status == 0, ct))
                ?? db.Conversations.Add(new NaiveConversation { WorkspaceId = 1, InboxId = 1, Contact = identity.Contact }).Entity;
            var text = message.GetProperty("text").GetProperty("body").GetString();
            var stored = new NaiveMessage { WorkspaceId = 1, InboxId = 1, Conversation = conversation, ExternalId = id, Text = text, SentAt = now };
            conversation.MessageCount++;
            conversation.UnreadCount++;
            conversation.LastMessage = text;
            conversation.LastMessageAt = now;
            db.AddRange(stored, new NaiveEvent { WorkspaceId = 1, Kind = "received", Message = stored, At = now });
        }

        await db.SaveChangesAsync(ct);
        return Results.Ok();
    }
}
