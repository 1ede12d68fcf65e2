using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    private const string Family = "👨‍👩‍👧‍👦";

    // A theory without a single row upsets xunit's runner (3.2.1: "Cannot find test case metadata"), so no fixtures are a row too.
    private const string NoErrors = "none";

    public static TheoryData<string> Errors => Fixtures.Names(Id, "error-*.json") is { Count: > 0 } found ? found : [NoErrors];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Errors))]
    public async Task A_providers_error_becomes_the_right_outcome(string fixture)
    {
        Assert.SkipWhen(fixture == NoErrors, $"{Id} has no recorded errors");
        var treatment = TreatmentOf(fixture, Fixtures.Json(Id, fixture));
        Assert.SkipWhen(treatment is null, $"{fixture} does not concern sending");

        var result = await SendAsync(new FakeProvider(Fixtures.Reply(Id, fixture)), Message());

        Treatments.ShouldFit(treatment!, result);
        ShouldHoldNoSecret(result.ToString());
    }

    [Fact]
    public async Task An_accepted_message_is_sent()
    {
        SkipWithoutHttp();
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        var sent = (await SendAsync(provider, Message())).ShouldBeOfType<SendResult.Sent>();

        sent.ExternalId.ShouldNotBeEmpty();
        provider.Requests.Select(TextOf).ShouldContain("Hello");
    }

    [Fact]
    public async Task Slow_down_waits_as_long_as_the_provider_says()
    {
        SkipWithoutHttp();
        var busy = new ProviderReply(429, "{}", new Dictionary<string, string> { ["Retry-After"] = "17" });

        var retry = (await SendAsync(new FakeProvider(busy), Message())).ShouldBeOfType<SendResult.Retry>();

        retry.After.ShouldBe(TimeSpan.FromSeconds(17));
    }

    [Fact]
    public async Task A_refused_connection_is_retried()
    {
        SkipWithoutHttp();
        var line = new BrokenLine(r => new HttpRequestException(HttpRequestError.ConnectionError, $"refused {r.RequestUri}"), takesBody: false);

        var result = await SendAsync(line, Message());

        result.ShouldBeOfType<SendResult.Retry>();
        ShouldHoldNoSecret(result.ToString());
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_never_failed_or_retried()
    {
        SkipWithoutHttp();
        Func<HttpRequestMessage, Exception>[] failures =
        [
            r => new HttpRequestException(HttpRequestError.ResponseEnded, $"cut {r.RequestUri}"),
            r => new TaskCanceledException($"timed out {r.RequestUri}", new TimeoutException()),
            r => new IOException($"reset {r.RequestUri} {string.Join(' ', r.Headers)}"),
        ];
        foreach (var failure in failures)
        {
            var result = await SendAsync(new BrokenLine(failure, takesBody: true), Message());

            result.ShouldBeOfType<SendResult.Unknown>();
            ShouldHoldNoSecret(result.ToString());
        }
    }

    [Fact]
    public async Task A_gateway_that_gives_up_is_not_taken_for_a_no()
    {
        SkipWithoutHttp();
        var result = await SendAsync(new FakeProvider(new ProviderReply(504, "<html>Gateway time-out</html>")), Message());

        if (Channel.Descriptor.WhenUnknown != UnknownSend.Repeat) result.ShouldBeOfType<SendResult.Unknown>();
        else (result is SendResult.Unknown or SendResult.Retry).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_is_the_only_thing_that_throws()
    {
        SkipWithoutHttp();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            () => SendAsync(new BrokenLine(_ => new OperationCanceledException(cancelled.Token), takesBody: false), Message(), cancelled.Token));
    }

    [Fact]
    public async Task A_long_text_is_split_inside_the_limit_between_what_readers_see_as_characters()
    {
        SkipWithoutHttp();
        var limit = Channel.Descriptor.Limits.TextLength;
        var text = new StringBuilder();
        while (text.Length < limit * 5 / 2) text.Append(Family).Append(text.Length % 7 == 0 ? " สวัสดี " : "é");
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        var sent = (await SendAsync(provider, Message(text.ToString()))).ShouldBeOfType<SendResult.Sent>();

        var parts = provider.Requests.Select(TextOf).OfType<string>().ToList();
        parts.Count.ShouldBeGreaterThan(2);
        sent.OtherKeys.Count.ShouldBe(parts.Count - 1);
        parts.ShouldAllBe(part => part.Length <= limit);
        Graphemes(string.Concat(parts)).ShouldBe(Graphemes(text.ToString()));
    }

    [Fact]
    public async Task Parts_that_were_accepted_are_not_sent_again()
    {
        SkipWithoutHttp();
        var text = string.Join(' ', Enumerable.Range(0, Channel.Descriptor.Limits.TextLength / 2));
        var stopsAtSecond = new FakeProvider((_, n) => n == 0 ? ProviderReply.Ok(SuccessBody) : new ProviderReply(429, "{}"));
        var retry = (await SendAsync(stopsAtSecond, Message(text))).ShouldBeOfType<SendResult.Retry>();
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message(text) with { Attempt = 2, PartsSent = retry.PartsSent })).ShouldBeOfType<SendResult.Sent>();

        retry.PartsSent.ShouldBe(1);
        provider.Requests.Select(TextOf).ShouldNotContain(TextOf(stopsAtSecond.Requests[0]));
        TextOf(provider.Requests[0]).ShouldBe(TextOf(stopsAtSecond.Requests[1]));
    }

    [Fact]
    public async Task A_file_is_sent_or_declined_in_words()
    {
        SkipWithoutHttp();
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        var result = await SendAsync(provider, Message() with { Attachments = [Attachment("facture é.pdf", "application/pdf", "the very bytes")] });

        if (Channel.Descriptor.Capabilities.Attachments)
        {
            result.ShouldBeOfType<SendResult.Sent>();
            provider.Requests.ShouldContain(r => r.Text.Contains("the very bytes", StringComparison.Ordinal) && r.Text.Contains("facture é.pdf", StringComparison.Ordinal));
        }
        else
        {
            result.ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);
            provider.Requests.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_fails_before_anything_is_sent()
    {
        SkipWithoutHttp();
        Assert.SkipUnless(Channel.Descriptor.Capabilities.Attachments, $"{Id} carries no files");
        var gone = new OutboundAttachment("gone.pdf", "application/pdf", 10, _ => throw new FileNotFoundException());
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message("") with { Attachments = [gone] })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        provider.Requests.ShouldBeEmpty();
    }

    private void SkipWithoutHttp() => Assert.SkipUnless(SendsByHttp, $"{Id} does not send by HTTP");

    private static IEnumerable<string> Graphemes(string text)
    {
        var walk = StringInfo.GetTextElementEnumerator(text);
        while (walk.MoveNext())
        {
            if (!string.IsNullOrWhiteSpace(walk.GetTextElement())) yield return walk.GetTextElement();
        }
    }
}
