using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    private const string Family = "👨‍👩‍👧‍👦";

    // A theory without a single row upsets xunit's runner (3.2.1: "Cannot find test case metadata"), so no fixtures are a row too.
    private const string NoErrors = "none";

    public static TheoryData<string> Errors => Fixtures.Names(Folder, "error-*.json") is { Count: > 0 } found ? found : [NoErrors];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Errors))]
    public async Task A_providers_error_becomes_the_right_outcome(string fixture)
    {
        Assert.SkipWhen(fixture == NoErrors, $"{Id} has no recorded errors");
        var treatment = TreatmentOf(fixture, Fixtures.Json(Folder, fixture));
        Assert.SkipWhen(treatment is null, $"{fixture} does not concern sending");

        var result = await SendAsync(new FakeProvider(Fixtures.Reply(Folder, fixture)), Message());

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

    /// <summary>False where a thread holds one answer only (reviews): a second part would replace the first.</summary>
    protected virtual bool SplitsText => true;

    [Fact]
    public async Task A_text_that_must_not_be_split_is_declined_when_it_is_too_long()
    {
        SkipWithoutHttp();
        Assert.SkipWhen(SplitsText, $"{Id} splits long texts");
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message(new string('a', Channel.Descriptor.Limits.TextLength + 1)))).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        provider.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_text_is_split_inside_the_limit_between_what_readers_see_as_characters()
    {
        SkipWithoutHttp();
        Assert.SkipUnless(SplitsText, $"{Id} holds one answer");
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
        Assert.SkipUnless(SplitsText, $"{Id} holds one answer");
        var text = string.Join(' ', Enumerable.Range(0, Channel.Descriptor.Limits.TextLength / 2));
        var stopsAtSecond = new FakeProvider((_, n) => n == 0 ? ProviderReply.Ok(SuccessBody) : new ProviderReply(429, "{}"));
        var retry = (await SendAsync(stopsAtSecond, Message(text))).ShouldBeOfType<SendResult.Retry>();
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message(text) with { Attempt = 2, PartsSent = retry.PartsSent })).ShouldBeOfType<SendResult.Sent>();

        retry.PartsSent.ShouldBe(1);
        provider.Requests.Select(TextOf).ShouldNotContain(TextOf(stopsAtSecond.Requests[0]));
        // Some look first whether the attempt before arrived; what matters is the first text that leaves.
        provider.Requests.Select(TextOf).OfType<string>().First().ShouldBe(TextOf(stopsAtSecond.Requests[^1]));
    }

    [Fact]
    public async Task A_file_is_sent_or_declined_in_words()
    {
        SkipWithoutHttp();
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));
        var link = new Uri("https://files.example.com/f/0198c0de?name=a");

        var result = await SendAsync(provider, Message() with { Attachments = [Attachment(SampleFile.Name, SampleFile.Type, "the very bytes") with { Link = FilesByLink ? link : null }] });

        if (FilesByLink)
        {
            result.ShouldBeOfType<SendResult.Sent>();
            provider.Requests.ShouldContain(r => WordsOf(r).Contains(link.AbsoluteUri, StringComparison.Ordinal));
        }
        else if (Channel.Descriptor.Capabilities.Attachments)
        {
            result.ShouldBeOfType<SendResult.Sent>();
            Carries(provider.Requests, SampleFile.Name, "the very bytes").ShouldBeTrue();
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
        var gone = new OutboundAttachment("gone" + Path.GetExtension(SampleFile.Name), SampleFile.Type, 10, _ => throw new FileNotFoundException());
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message("") with { Attachments = [gone] })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

        provider.Requests.ShouldBeEmpty();
    }

    public static TheoryData<string> RichKinds => [.. RichSamples.Keys];

    private static readonly Dictionary<string, RichContent> RichSamples = new()
    {
        ["buttons"] = new() { Buttons = [new(RichButtonKind.Reply, "Track it", "track"), new(RichButtonKind.Reply, "Talk to us", "human")] },
        ["link"] = new() { Buttons = [new(RichButtonKind.Link, "Open shop", "https://shop.example.com/a")] },
        ["list"] = new() { List = new("Choose", [new("Sizes", [new("s", "Small", "up to 2 kg"), new("l", "Large")])]) },
        ["quick replies"] = new() { QuickReplies = [new(RichButtonKind.Reply, "Yes please", "yes"), new(RichButtonKind.Reply, "No thanks", "no")] },
        ["cards"] = new() { Cards = [new("Red lamp", "49 EUR", "https://shop.example.com/lamp.png", [new(RichButtonKind.Reply, "Buy lamp", "buy-lamp")]), new("Blue lamp", null, null, [])] },
        ["location"] = new() { Location = new(1.290270, 103.851959, "Our shop", "1 Pier Road") },
        ["header and footer"] = new() { Header = "Order 55", Footer = "Reply stop to end", Buttons = [new(RichButtonKind.Reply, "Fine", "fine")] },
    };

    [Theory(SkipTestWithoutData = true), MemberData(nameof(RichKinds))]
    public async Task Rich_content_is_shown_or_becomes_text_but_is_never_dropped(string kind)
    {
        SkipWithoutHttp();
        var rich = RichSamples[kind];
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        (await SendAsync(provider, Message("Pick one:") with { Rich = rich })).ShouldBeOfType<SendResult.Sent>();

        var said = string.Join('\n', provider.Requests.Select(WordsOf));
        foreach (var word in WordsOf(rich)) said.ShouldContain(word, customMessage: kind);
        said.ShouldContain("Pick one:");
    }

    /// <summary>All that a reader could see or tap, wherever the provider's format puts it.</summary>
    protected virtual string WordsOf(ProviderRequest request)
    {
        if (request.Json.ValueKind != JsonValueKind.Undefined) return string.Join('\n', Strings(request.Json));
        return request.ContentType == "application/x-www-form-urlencoded" ? Uri.UnescapeDataString(request.Text.Replace('+', ' ')) : request.Text;
    }

    /// <summary>JSON inside a string (Telegram's forms, Slack's blocks, Plivo's) is opened too.</summary>
    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Number => [json.GetRawText()],
        _ => [],
    };

    private static IEnumerable<string> WordsOf(RichContent rich) =>
        new[] { rich.Header, rich.Footer, rich.Location is null ? null : "1.29027", rich.Location is null ? null : "103.851959" }.OfType<string>()
            .Concat(rich.Buttons.Concat(rich.QuickReplies).Concat(rich.Cards.SelectMany(c => c.Buttons)).SelectMany(b => b.Kind == RichButtonKind.Reply ? [b.Title] : new[] { b.Title, b.Value }))
            .Concat(rich.Cards.Select(c => c.Title))
            .Concat(rich.List?.Sections.SelectMany(s => s.Rows).Select(r => r.Title) ?? []);

    [Fact]
    public async Task An_act_is_done_as_declared_or_declined_in_words()
    {
        SkipWithoutHttp();
        var can = Channel.Descriptor.Capabilities;
        foreach (var (kind, declared) in new[]
        {
            (ActKind.Hide, can.Hides), (ActKind.Unhide, can.Hides), (ActKind.Delete, can.Moderates || can.DeletesSent), (ActKind.Edit, can.EditsSent),
            (ActKind.React, can.Reacts), (ActKind.Unreact, can.Reacts), (ActKind.MarkRead, can.MarksRead), (ActKind.Typing, can.SendsTyping),
        })
        {
            var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));
            var act = Act(kind);
            var result = await Channel.ActAsync(act, Settings, Context(provider), default);

            if (declared)
            {
                result.ShouldBeOfType<SendResult.Sent>(kind.ToString());
                provider.Requests.ShouldNotBeEmpty(kind.ToString());
                (await Channel.ActAsync(act, Settings, Context(new BrokenLine(r => new HttpRequestException($"cut {r.RequestUri}"), takesBody: true)), default))
                    .ShouldNotBeOfType<SendResult.Sent>(kind.ToString());
            }
            else
            {
                result.ShouldBeOfType<SendResult.Failed>(kind.ToString()).Kind.ShouldBe(FailureKind.Content);
                provider.Requests.ShouldBeEmpty(kind.ToString());
            }
        }
    }

    /// <summary>An act this channel could be asked for; ids of its own shape where it parses them.</summary>
    protected virtual OutboundAct Act(ActKind kind) => new(kind)
    {
        ThreadId = Recipient, RecipientId = Recipient, ExternalId = kind == ActKind.Typing ? null : "message-1", Key = kind == ActKind.Typing ? null : "message-1",
        Ours = kind is ActKind.Edit || (kind == ActKind.Delete && !Channel.Descriptor.Capabilities.Moderates), Text = kind == ActKind.Edit ? "Better" : null,
        Emoji = kind is ActKind.React or ActKind.Unreact ? "👍" : null, IdempotencyKey = "act-1",
    };

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
