using Braid.Channels.Echo;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Echo;

public sealed class EchoConformance : ChannelConformance<EchoChannel>
{
    protected override string SettingsJson => """{"secret":"echo-secret-one-0001","apiBaseUrl":"https://echo.example.com/in/"}""";
    protected override string OtherSettingsJson => """{"secret":"echo-secret-two-0002","apiBaseUrl":"https://echo.example.com/in/"}""";
    protected override bool SignatureCoversBody => false;
    protected override string SuccessBody => """{"id":"out-1"}""";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) =>
        new Dictionary<string, string> { ["X-Echo-Secret"] = ((EchoSettings)settings).Secret };

    protected override string? TextOf(ProviderRequest request) => request.Json.GetProperty("text").GetString();

    [Fact]
    public async Task A_repeat_carries_the_same_idempotency_key()
    {
        var provider = new FakeProvider(ProviderReply.Ok(SuccessBody));

        await SendAsync(provider, Message());
        await SendAsync(provider, Message() with { Attempt = 2 });

        provider.Requests.Select(r => r.Headers["Idempotency-Key"]).ShouldBe(["key-1", "key-1"]);
        provider.Requests[0].Url.ShouldBe(new Uri("https://echo.example.com/in/messages"));
    }
}
