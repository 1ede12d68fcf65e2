using System.Net;
using Braid.Simulator.Crm;
using Braid.Tests.Testing;

namespace Braid.Tests.Integrations;

/// <summary>A ticket stands beside the customer's record in the CRM, and the same note follows it.</summary>
public class TicketNoteTests
{
    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_ticket_is_one_note_over_there_whatever_becomes_of_it(string engine)
    {
        await using var story = await CrmStory.StartAsync(engine);
        await using var crm = await HubSpotCrm.StartAsync(story.World);
        await story.ConnectAsync("hubspot", CrmStory.HubSpotSettings(crm), new { notes = "summary" });
        await story.StartSyncAsync();
        var maya = await story.CustomerAsync("Maya Tan", "maya@example.org");
        await story.SyncAsync();
        var ticket = (await story.Braid.Api.PostJsonAsync("/tickets", new { customerId = maya, subject = "A new lid", type = "task", priority = "high" })).Is(HttpStatusCode.Created).Text("id");
        await story.SyncAsync();
        crm.Notes.ShouldHaveSingleItem().Text.ShouldContain("Ticket #1: A new lid");
        (await story.Braid.Api.PatchJsonAsync($"/tickets/{ticket}", new { status = "solved" })).Is(HttpStatusCode.OK);
        await story.SyncAsync();
        crm.Notes.ShouldHaveSingleItem().Text.ShouldContain("solved");
        (await story.Braid.Api.ReadAsync($"/customers/{maya}/moments")).Items().Select(m => m.Text("kind")).ShouldContain("ticketWritten");
        (await story.ProblemsAsync()).ShouldBeEmpty();
    }
}
