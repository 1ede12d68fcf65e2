using Braid.Channels;
using Braid.Delivery;

namespace Braid.Tests.Delivery;

public class SettlementTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 15)]
    [InlineData(3, 60)]
    [InlineData(4, 300)]
    [InlineData(5, 900)]
    [InlineData(6, 3600)]
    [InlineData(60, 3600)]
    public void The_pauses_grow_to_an_hour(int attempt, int seconds) =>
        Decide(new SendResult.Retry("busy"), attempt: attempt).ShouldBe(new Settlement.Again(Now.AddSeconds(seconds), "busy", 0));

    [Fact]
    public void The_providers_own_pause_and_the_parts_already_sent_are_kept() =>
        Decide(new SendResult.Retry("busy", TimeSpan.FromSeconds(3)) { PartsSent = 2, WholeInbox = true }).ShouldBe(new Settlement.Again(Now.AddSeconds(3), "busy", 2) { WholeInbox = true });

    [Theory]
    [InlineData(UnknownSend.Repeat, true)]
    [InlineData(UnknownSend.AwaitReceipt, false)]
    [InlineData(UnknownSend.AskAgent, false)]
    internal void Only_where_the_provider_knows_our_key_it_is_repeated(UnknownSend when, bool again) =>
        (Decide(new SendResult.Unknown("cut"), when) is Settlement.Again).ShouldBe(again);

    [Fact]
    public void After_a_day_what_was_surely_not_taken_fails_and_what_perhaps_was_is_asked()
    {
        Decide(new SendResult.Retry("busy"), age: 24).ShouldBeOfType<Settlement.Failed>().Reason.ShouldContain("busy");
        Decide(new SendResult.Unknown("cut"), UnknownSend.Repeat, age: 24).ShouldBe(new Settlement.Unconfirmed("cut"));
    }

    [Theory]
    [InlineData(FailureKind.Credentials, true)]
    [InlineData(FailureKind.Configuration, true)]
    [InlineData(FailureKind.Content, false)]
    [InlineData(FailureKind.Unreachable, false)]
    [InlineData(FailureKind.Other, false)]
    public void Wrong_settings_stop_the_inbox_not_the_message(FailureKind kind, bool stops) =>
        (Decide(new SendResult.Failed(kind, "no")) is Settlement.Stopped).ShouldBe(stops);

    [Theory]
    [InlineData("Parcel", "Re: Parcel")]
    [InlineData("Re: RE: re: Parcel", "Re: Parcel")]
    [InlineData(null, "Re: ")]
    public void A_subject_says_re_once(string? subject, string reply) => MailReply.ReplySubject(subject).ShouldBe(reply);

    private static Settlement Decide(SendResult result, UnknownSend when = UnknownSend.AskAgent, int attempt = 1, int age = 0) =>
        Settlement.Decide(result, when, attempt, 0, Now.AddHours(-age), Now, 0.5);
}
