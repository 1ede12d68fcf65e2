
using Braid.Simulator.LiveChat;

namespace Braid.Simulator.Tests.LiveChat;

public sealed class LiveChatVisitorTests
{
    [Fact]
    public async Task A_visitor_writes_hears_and_sees_over_a_real_hub()
    {
        await using var braid = await PretendBraid.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var profile = new VisitorProfile { PreChat = new Dictionary<string, string> { ["name"] = "Noor" } };
        await using var visitor = await LiveChatVisitor.OpenAsync(braid.Url, "inbox-livechat", profile, TimeProvider.System, limit.Token);

        var id = await visitor.WritesAsync("Is the stand stable? ☕", limit.Token);
        await visitor.WritesAsync("Hello?", limit.Token);
        var heard = await braid.Chat.WaitForAsync(2, h => h.Method == "Send", limit.Token);
        await braid.Said.WaitForAsync(2, _ => true, limit.Token);

        (heard[0].What["clientId"]!.GetValue<string>(), heard[0].What["text"]!.GetValue<string>()).ShouldBe((id, "Is the stand stable? ☕"));
        heard[0].What["preChat"]!["name"]!.GetValue<string>().ShouldBe("Noor");
        heard[1].What.ContainsKey("preChat").ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => visitor.WritesAsync("", limit.Token));
    }

    [Fact]
    public void An_identity_is_a_jwt_of_three_parts_signed_with_HS256()
    {
        // Known answer: made with openssl from the same header and claims.
        var token = IdentityToken.Sign("0123456789abcdef0123456789abcdef", "cust-1", null, null, DateTimeOffset.FromUnixTimeSeconds(1_900_000_000));
        token.ShouldBe("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjdXN0LTEiLCJleHAiOjE5MDAwMDAwMDB9.pPakODrv2WQeSr2-1N4xT4n4MFkV4wSVOAXYWMHcGm0");
    }
}
