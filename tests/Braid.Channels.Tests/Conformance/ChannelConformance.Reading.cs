using System.Text;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    public static TheoryData<string> Inbound => Fixtures.Names(Folder, "inbound-*");

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void A_fixture_reads_as_approved(string fixture)
    {
        EventComparison.Differences(Fixtures.Expected(Folder, fixture), ReadLine(fixture, Fixtures.Bytes(Folder, fixture))).ShouldBeEmpty();
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void A_redelivery_says_the_same_with_the_same_keys(string fixture)
    {
        var first = Events(Fixtures.Bytes(Folder, fixture), fixture);
        var second = Events(Fixtures.Bytes(Folder, fixture), fixture);

        second.Select(e => (e.Kind, e.Account, e.Key, e.TargetKey)).ShouldBe(first.Select(e => (e.Kind, e.Account, e.Key, e.TargetKey)));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void Every_event_has_what_the_product_needs(string fixture)
    {
        foreach (var e in Events(Fixtures.Bytes(Folder, fixture), fixture))
        {
            var said = e.Kind is InboundKind.Message or InboundKind.Comment or InboundKind.Postback or InboundKind.Call;
            if (said) e.Key.ShouldNotBeNullOrEmpty();
            if (said) e.Sender.ShouldNotBeNull();
            if (!NamesNoTarget(fixture) && e.Kind is InboundKind.Status or InboundKind.Reaction or InboundKind.Edit or InboundKind.Delete) e.TargetKey.ShouldNotBeNullOrEmpty();
            if (e.Kind is not InboundKind.Status) e.ThreadId.ShouldNotBeNullOrEmpty();
            if (e.Kind is InboundKind.Status or InboundKind.Reaction) e.Status.ShouldNotBeNullOrEmpty();
            if (e.Text is { } text) text.Trim().ShouldNotBeEmpty();
            if (e.Sender is { } sender) sender.Keys.Where(k => k.Proven).ShouldAllBe(k => k.Kind != KeyKind.Phone || k.Value.StartsWith('+'));
        }
    }

    /// <summary>True for a recorded report in which the provider itself names no message.</summary>
    protected virtual bool NamesNoTarget(string fixture) => false;

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void A_truncated_or_garbled_body_never_throws(string fixture)
    {
        foreach (var body in Mutations.Broken(Fixtures.Bytes(Folder, fixture))) ShouldBeRead(body, fixture);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void An_unexpected_value_in_any_place_never_throws(string fixture)
    {
        Assert.SkipUnless(fixture.EndsWith(".json", StringComparison.Ordinal), "not JSON");
        foreach (var json in Mutations.Odd(Encoding.UTF8.GetString(Fixtures.Bytes(Folder, fixture)))) ShouldBeRead(Encoding.UTF8.GetBytes(json), fixture);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Inbound))]
    public void Unknown_fields_change_nothing(string fixture)
    {
        Assert.SkipUnless(fixture.EndsWith(".json", StringComparison.Ordinal), "not JSON");
        Assert.SkipWhen(HoldsFreeJson(fixture), "holds JSON of the business's own, which is kept as it is");
        Assert.SkipWhen(HoldsOwnFields(fixture), "its fields are the business's own");
        var body = Encoding.UTF8.GetBytes(Mutations.FromTheFuture(Encoding.UTF8.GetString(Fixtures.Bytes(Folder, fixture))));

        EventComparison.Differences(Fixtures.Expected(Folder, fixture), ReadLine(fixture, body)).ShouldBeEmpty();
    }

    /// <summary>True where a body carries an object of the business's own, in which every field counts.</summary>
    protected virtual bool HoldsOwnFields(string fixture) => false;

    protected IReadOnlyList<InboundEvent> Events(byte[] body, string fixture = "x.json") =>
        Channel.Read(Delivery(body, fixture), Settings) is Reading.Events events ? events.Items : [];

    private void ShouldBeRead(byte[] body, string fixture)
    {
        if (Signs && SignatureCoversBody) Channel.Verify(Request(body, Sign(body, Settings)), Settings).ShouldNotBeOfType<Verdict.Forged>();
        var reading = Channel.Read(Delivery(body, fixture), Settings);
        reading.ShouldNotBeNull();
        if (reading is not Reading.Events events) return;
        foreach (var e in events.Items)
        {
            ShouldBeStorable(e.Text);
            ShouldBeStorable(e.Sender?.Name);
            ShouldBeStorable(e.ExternalId);
            ShouldBeStorable(e.ThreadId);
        }
    }

    /// <summary>PostgreSQL refuses NUL and lone surrogates.</summary>
    private static void ShouldBeStorable(string? text)
    {
        if (text is null) return;
        text.Contains('\0').ShouldBeFalse();
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text).ShouldBeGreaterThanOrEqualTo(0);
    }
}
