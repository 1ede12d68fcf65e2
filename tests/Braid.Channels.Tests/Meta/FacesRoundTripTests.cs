using Braid.Channels.Telegram;
using Braid.Channels.WhatsApp;
using Braid.Simulator;

namespace Braid.Channels.Tests.Meta;

/// <summary>WhatsApp and Telegram against the world's own servers, by the face every provider wears.</summary>
public sealed class FacesRoundTripTests : IAsyncLifetime
{
    private MetaRoundTrip trip = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await trip.DisposeAsync();

    [Theory, InlineData("whatsapp"), InlineData("telegram")]
    public async Task Words_and_files_travel_both_ways(string channel)
    {
        await StartAsync(channel);
        var kim = trip.Provider.Person("Kim Reyes");
        await kim.WritesAsync("Is the lamp back?");
        var asked = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        (asked.Text, asked.Sender!.Id).ShouldBe(("Is the lamp back?", kim.Id));

        var photo = SimulatedFile.Photo(3);
        await kim.SendsAsync(photo, "this one");
        (await trip.FetchAsync((await trip.NextAsync(e => e.Attachments.Count > 0)).Attachments[0])).ShouldBe(photo.Content);

        var pdf = SimulatedFile.Pdf("offer.pdf", "49 EUR");
        (await trip.SendAsync(MetaRoundTrip.To(asked.ThreadId!, "It is!") with { Attachments = [MetaRoundTrip.File(pdf)] })).ShouldBeOfType<SendResult.Sent>();
        var seen = await kim.Received.WaitForAsync(r => r.Files.Count > 0, trip.Ct);
        seen.Text.ShouldBe("It is!");
        seen.Files[0].Content.ShouldBe(pdf.Content);
        if (!trip.Provider.Skills.Read) return;
        await kim.ReadsAsync(seen);
        (await trip.NextAsync(e => e.Status == "read")).TargetKey.ShouldBe(seen.Id);
    }

    [Theory, InlineData("whatsapp"), InlineData("telegram")]
    public async Task Rich_messages_and_acts_are_taken(string channel)
    {
        await StartAsync(channel);
        var kim = trip.Provider.Person("Kim Reyes");
        await kim.WritesAsync("Hi");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        foreach (var rich in new RichContent[]
        {
            new() { Buttons = [new(RichButtonKind.Reply, "Track it", "track")] }, new() { List = new("Choose", [new("Sizes", [new("s", "Small", "to 2 kg"), new("l", "Large")])]) },
            new() { Buttons = [new(RichButtonKind.Link, "Shop", "https://shop.example.com")] }, new() { Location = new(1.29, 103.85, "Our shop", "1 Pier Road") },
        })
        {
            (await trip.SendAsync(MetaRoundTrip.To(said.ThreadId!, "Choose:") with { Rich = rich })).ShouldBeOfType<SendResult.Sent>();
        }

        await kim.Received.WaitForAsync(5, _ => true, trip.Ct);
        var act = new OutboundAct(ActKind.Typing) { ThreadId = said.ThreadId!, RecipientId = kim.Id, ExternalId = said.ExternalId, IdempotencyKey = "1" };
        (await trip.ActAsync(act)).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.React, Emoji = "👍" })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(act with { Kind = ActKind.Unreact })).ShouldBeOfType<SendResult.Sent>();
        if (channel == "whatsapp")
        {
            (await trip.ActAsync(act with { Kind = ActKind.MarkRead })).ShouldBeOfType<SendResult.Sent>();
            return;
        }

        var sent = (await trip.SendAsync(MetaRoundTrip.To(said.ThreadId!, "Frist"))).ShouldBeOfType<SendResult.Sent>();
        var own = act with { ExternalId = sent.ExternalId, Ours = true, Text = "First" };
        (await trip.ActAsync(own with { Kind = ActKind.Edit })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(own with { Kind = ActKind.Delete })).ShouldBeOfType<SendResult.Sent>();
        (await trip.ActAsync(own with { Kind = ActKind.Delete })).ShouldBeOfType<SendResult.Sent>("what is gone is deleted");
    }

    private async Task StartAsync(string channel)
    {
        trip = await MetaRoundTrip.StartAsync(channel == "whatsapp" ? new WhatsAppChannel() : new TelegramChannel());
        await trip.ConnectAsync();
    }
}
