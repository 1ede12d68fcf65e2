using System.Net;
using Braid.Accounts;
using Braid.SavedReplies;
using Braid.Testing;
using Braid.Tests.Testing;

namespace Braid.Tests.SavedReplies;

/// <summary>Saved replies know the customer: their fields, whatever filled them, stand where the text has places.</summary>
public class SavedReplyTests
{
    [Theory]
    [InlineData("Hello {firstName}!", "Hello Maya!", "")]
    [InlineData("{name} of {company}", "Maya Tan of {company}", "company")]
    [InlineData("{company}, {company}", "{company}, {company}", "company")]
    [InlineData("Plan: {custom.plan}", "Plan: gold", "")]
    [InlineData("{custom.none} {other} {} { name } {{name}}", "{custom.none} {other} {} { name } {Maya Tan}", "custom.none")]
    public void Places_are_filled_and_what_is_missing_is_told(string text, string filled, string missing)
    {
        var known = new Dictionary<string, string> { ["name"] = "Maya Tan", ["firstName"] = "Maya", ["custom.plan"] = "gold" };
        var (said, left) = Places.Fill(text, place => known.GetValueOrDefault(place));
        (said, string.Join(',', left)).ShouldBe((filled, missing));
    }

    [Theory, MemberData(nameof(Engines.Both), MemberType = typeof(Engines))]
    public async Task A_supervisor_writes_one_and_an_agent_uses_it_with_what_is_known(string engine)
    {
        await using var braid = await Seed.StartAsync(engine);
        var seed = await Seed.OwnersAsync(braid);
        var (_, supervisor, _) = await seed.AgentAsync("Sasha", Role.Supervisor);
        var (_, agent, _) = await seed.AgentAsync("Ani");
        var talk = await seed.TalkAsync(await seed.CustomerAsync("Maya Tan"), await seed.InboxAsync("whatsapp"));
        await seed.SaysAsync(talk, "Hello?");
        (await braid.Api.PostJsonAsync("/attributes", new { key = "plan", label = "Plan" })).Is(HttpStatusCode.Created);
        (await braid.Api.PatchJsonAsync($"/customers/{talk.Conversation.CustomerId}", new { name = "Maya Tan", attributes = new { plan = "gold" } })).Is(HttpStatusCode.OK);
        (await braid.Api.PostJsonAsync("/tickets", new { conversationId = talk.Conversation.Id.ToString(), subject = "Lid" })).Is(HttpStatusCode.Created);

        (await agent.PostJsonAsync("/saved-replies", new { name = "x", text = "y" })).Refused(HttpStatusCode.Forbidden, "forbidden");
        (await supervisor.PostJsonAsync("/saved-replies", new { name = "x", text = " " })).Refused(HttpStatusCode.UnprocessableEntity, "invalid");
        var id = (await supervisor.PostJsonAsync("/saved-replies", new { name = "Label", folder = "Returns", text = "Hello {firstName}, {ticket}, {custom.plan}, {company}. {agent}" })).Is(HttpStatusCode.Created).Text("id");
        var filled = (await agent.GetJsonAsync($"/saved-replies/{id}/filled?conversation={talk.Conversation.Id}")).Is(HttpStatusCode.OK);
        filled.Text("text").ShouldBe("Hello Maya, #1, gold, {company}. Ani");
        filled["missing"].EnumerateArray().Select(m => m.GetString()).ShouldBe(["company"]);
        (await supervisor.PatchJsonAsync($"/saved-replies/{id}", new { folder = "" })).Is(HttpStatusCode.OK)["folder"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await supervisor.DeleteAsync(new Uri($"/api/v1/saved-replies/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await agent.GetJsonAsync($"/saved-replies/{id}/filled?conversation={talk.Conversation.Id}")).Refused(HttpStatusCode.NotFound, "not_found");
    }
}
