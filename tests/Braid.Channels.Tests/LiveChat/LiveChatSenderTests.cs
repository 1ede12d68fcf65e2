using Braid.Channels.LiveChat;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatSenderTests
{
    private readonly LiveChatChannel channel = new();
    private readonly OutboundMessage message = new()
    {
        Id = Guid.Parse("7f0c0000-0000-7000-8000-000000000001"), IdempotencyKey = "k", RecipientId = "v", ThreadId = "v", Text = "Hello",
    };

    [Fact]
    public async Task Sending_is_done_at_once_under_our_own_id_however_often_it_is_tried()
    {
        (await Send(message)).ShouldBe(new SendResult.Sent("7f0c0000-0000-7000-8000-000000000001"));
        (await Send(message with { Attempt = 2 })).ShouldBe(new SendResult.Sent("7f0c0000-0000-7000-8000-000000000001"));
    }

    [Fact]
    public async Task An_empty_message_is_refused() =>
        (await Send(message with { Text = " " })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Content);

    [Fact]
    public async Task A_template_is_refused() =>
        (await Send(message with { Template = new OutboundTemplate("t", "en", []) })).ShouldBeOfType<SendResult.Failed>().Kind.ShouldBe(FailureKind.Template);

    [Fact]
    public async Task A_file_alone_is_enough_but_not_one_that_is_too_large()
    {
        var file = new OutboundAttachment("a.pdf", "application/pdf", 100, _ => Task.FromResult(Stream.Null));
        (await Send(message with { Text = "", Attachments = [file] })).ShouldBeOfType<SendResult.Sent>();
        (await Send(message with { Attachments = [file with { Size = 26 * 1024 * 1024 }] })).ShouldBeOfType<SendResult.Failed>().Reason.ShouldContain("a.pdf");
    }

    private async Task<SendResult> Send(OutboundMessage what)
    {
        using var http = new HttpClient();
        return await channel.SendAsync(what, new LiveChatSettings(), new ProviderContext(http, TimeProvider.System), TestContext.Current.CancellationToken);
    }
}
