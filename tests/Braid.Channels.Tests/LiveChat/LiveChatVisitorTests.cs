using Braid.Channels.LiveChat;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatVisitorTests
{
    private static readonly LiveChatUser Maya = new("42") { Name = "Maya" };
    private static readonly LiveChatUser Kim = new("43") { Name = "Kim" };

    [Fact]
    public void A_first_visit_gets_128_random_bits()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => LiveChatVisitor.Of(null, null).VisitorId).ToHashSet();
        ids.Count.ShouldBe(100);
        ids.ShouldAllBe(id => id.Length == 32);
    }

    [Fact]
    public void A_stranger_who_comes_back_is_the_same_visitor()
    {
        var known = new LiveChatVisitor("v");
        LiveChatVisitor.Of(known, null).ShouldBe(known);
    }

    [Fact]
    public void A_stranger_who_signs_in_keeps_the_browser_and_what_was_said_there()
    {
        var signed = LiveChatVisitor.Of(new LiveChatVisitor("v"), Maya);
        signed.ShouldBe(new LiveChatVisitor("v", Maya));
        signed.ThreadId.ShouldBe("user:42");
        signed.ReadableThreads.ShouldBe(["user:42", "v"]);
    }

    [Fact]
    public void The_same_user_keeps_the_browser_and_brings_newer_claims()
    {
        var newer = Maya with { Name = "Maya P." };
        LiveChatVisitor.Of(new LiveChatVisitor("v", Maya), newer).ShouldBe(new LiveChatVisitor("v", newer));
    }

    [Fact]
    public void Another_user_at_the_same_computer_starts_afresh()
    {
        var kim = LiveChatVisitor.Of(new LiveChatVisitor("v", Maya), Kim);
        kim.User.ShouldBe(Kim);
        kim.ReadableThreads.ShouldNotContain("v");
        kim.ReadableThreads.ShouldNotContain("user:42");
    }

    [Fact]
    public void A_signed_out_browser_sees_nothing_of_the_user()
    {
        var stranger = LiveChatVisitor.Of(new LiveChatVisitor("v", Maya), null);
        stranger.User.ShouldBeNull();
        stranger.VisitorId.ShouldNotBe("v");
    }
}
