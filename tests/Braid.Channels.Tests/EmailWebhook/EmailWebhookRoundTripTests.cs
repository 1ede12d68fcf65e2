using Braid.Channels.EmailWebhook;
using Braid.Channels.Tests.Asia;
using Braid.Simulator;
using Braid.Simulator.Channels;

namespace Braid.Channels.Tests.EmailWebhook;

/// <summary>The adapter against each simulated service, over real HTTP.</summary>
public sealed class EmailWebhookRoundTripTests
{
    public static TheoryData<string> Services => ["email-postmark", "email-mailgun", "email-sendgrid", "email-ses"];

    [Theory, MemberData(nameof(Services))]
    public async Task Words_files_and_reports_go_both_ways(string service)
    {
        await using var trip = await RoundTrip.StartAsync(new EmailWebhookChannel(), service);
        var maya = trip.Provider.Person("Maya");
        await maya.WritesAsync("Grüße, passt Größe 43? 🎁");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        said.ShouldSatisfyAllConditions(
            e => e.Text.ShouldBe("Grüße, passt Größe 43? 🎁"), e => e.Sender!.Id.ShouldBe(maya.Id), e => e.Sender!.Name.ShouldBe("Maya"), e => e.Sender!.Keys[0].Proven.ShouldBeTrue(service));

        await maya.SendsAsync(SimulatedFile.Photo(), "see");
        var shown = await trip.NextAsync(e => e.Attachments.Count > 0);
        await using (var media = await trip.Channel.OpenMediaAsync(new(shown.Attachments[0].MediaRef!, trip.Deliveries.Items[^1]), trip.Settings, trip.Context, trip.Ct))
        {
            using var bytes = new MemoryStream();
            await media.Stream.CopyToAsync(bytes, trip.Ct);
            bytes.ToArray().ShouldBe(SimulatedFile.Photo().Content);
        }

        var answer = Answer(said, maya, "Ja – 5 € {heute}") with { Attachments = [trip.File("invoice.pdf", "application/pdf") with { Link = null }] };
        var sent = (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Sent>();
        var got = await maya.Received.WaitForAsync(r => r.Id == sent.ExternalId, trip.Ct);
        got.Text.ShouldBe("Ja – 5 € {heute}");
        got.Files.ShouldHaveSingleItem().Content.ShouldBe(RoundTrip.FileBytes("invoice.pdf"));

        var keys = sent.OtherKeys.Append(sent.ExternalId).ToList();
        var delivered = await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "delivered" });
        (keys.Contains(delivered.TargetKey!), delivered.Correlation).ShouldBe((true, answer.Id.ToString("D")));
        await maya.ReadsAsync(got);
        keys.ShouldContain((await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "read" })).TargetKey!);

        // Her answer leads back, by its references and by our token.
        await maya.WritesAsync("Danke");
        var again = await trip.NextAsync(e => e.Text == "Danke");
        (again.ThreadId, again.Mail!.ThreadToken).ShouldBe((said.ThreadId, "7q2k9xw4"));
    }

    [Theory, MemberData(nameof(Services))]
    public async Task What_goes_wrong_is_told_apart(string service)
    {
        await using var trip = await RoundTrip.StartAsync(new EmailWebhookChannel(), service);
        var maya = trip.Provider.Person("Maya");
        await maya.WritesAsync("Hello");
        var said = await trip.NextAsync(e => e.Kind == InboundKind.Message);
        var (settings, answer) = ((EmailWebhookSettings)trip.Settings, Answer(said, maya, "Hi"));

        trip.World.Faults.Next(SimulatedProvider.MailWebhook, null, new Fault.TooManyRequests(7));
        (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Retry>().After.ShouldBe(TimeSpan.FromSeconds(7));
        trip.World.Faults.Next(SimulatedProvider.MailWebhook, null, new Fault.ServerError());
        (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Retry>().ProviderDown.ShouldBeTrue();
        trip.World.Faults.Next(SimulatedProvider.MailWebhook, null, new Fault.ResetAfter());
        (await trip.SendAsync(answer)).ShouldBeOfType<SendResult.Unknown>();
        // A lost answer is settled by the report, which names our id.
        (await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "delivered" })).Correlation.ShouldBe(answer.Id.ToString("D"));

        var wrong = settings with { ServerToken = "wrong", ApiKey = "wrong", SecretAccessKey = "wrong" };
        (await trip.Channel.SendAsync(answer, wrong, trip.Context, trip.Ct)).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Credentials);
        (await trip.Channel.CheckAsync(wrong, trip.Connecting, trip.Ct)).ShouldContain(s => !s.Ok && s.Fix != null);

        var lost = answer with { Id = Guid.NewGuid(), RecipientId = "nobody@example.org" };
        (await trip.SendAsync(lost)).ShouldBeOfType<SendResult.Sent>();
        (await trip.NextAsync(e => e is { Kind: InboundKind.Status, Status: "failed" })).ShouldSatisfyAllConditions(
            e => e.ErrorCode.ShouldBe("5.1.1"), e => e.ErrorText!.ShouldContain("this address does not exist"), e => e.Correlation.ShouldBe(lost.Id.ToString("D")));
    }

    [Theory, MemberData(nameof(Services))]
    public async Task Connecting_enters_our_address_once(string service)
    {
        await using var trip = await RoundTrip.StartAsync(new EmailWebhookChannel(), service);

        (await trip.Channel.ConnectAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(s => s.Ok);

        (await trip.Channel.CheckAsync(trip.Settings, trip.Connecting, trip.Ct)).ShouldAllBe(s => s.Ok);
        if (service == "email-ses") { (await trip.News.WaitForAsync(n => n.Text.Contains("confirmation", StringComparison.Ordinal), trip.Ct)).Kind.ShouldBe(NewsKind.Warning); }
    }

    private static OutboundMessage Answer(InboundEvent said, ISimulatedPerson to, string text) => RoundTrip.To(to, text) with
    {
        ThreadId = said.ThreadId,
        Mail = new OutboundMail
        {
            Subject = "Re: " + said.Mail!.Subject, MessageId = $"out.7q2k9xw4.{Guid.NewGuid():n}@northwind.example", InReplyTo = said.Mail.MessageId, References = [said.Mail.MessageId!], ThreadToken = "7q2k9xw4",
        },
    };
}
