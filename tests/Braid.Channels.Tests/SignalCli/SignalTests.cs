using System.Text.Json;
using System.Text.Json.Nodes;
using Braid.Channels.SignalCli;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.SignalCli;

public sealed class SignalTests
{
    private const string Siti = "11111111-2222-4333-8444-555555555555";
    private const string Group = "Pmpi+EfPWmsxiomLe9Nx2XF9HOE483p6iKiFj65iMwI=";
    private static readonly SignalCliChannel Channel = new();
    private static readonly ChannelSettings Rpc = Parse("""{"apiBaseUrl":"http://127.0.0.1:8080","number":"+819012345678"}""");
    private static readonly ChannelSettings Rest = Parse("""{"apiBaseUrl":"http://127.0.0.1:8080","number":"+819012345678","daemon":"rest"}""");

    private static ChannelSettings Parse(string json) => Channel.ParseSettings(JsonDocument.Parse(json).RootElement);

    private static OutboundMessage To(string thread, string key, string text) => new() { Id = Guid.NewGuid(), IdempotencyKey = key, ThreadId = thread, RecipientId = thread, Text = text };

    public static TheoryData<string, string, OutboundMessage> Approved => new()
    {
        { "rpc", "outbound-rpc-send.json", To(Siti, "01KAGV", "Kami cek dulu ya 🙏") with { ReplyTo = "1794992400123" } },
        { "rpc", "outbound-rpc-send-group.json", To(Group, "01KAGW", "確認します") },
        { "rest", "outbound-rest-v2-send.json", To(Siti, "01KAGX", "Kami cek dulu ya 🙏") },
    };

    [Theory, MemberData(nameof(Approved))]
    public async Task A_request_is_as_approved(string daemon, string fixture, OutboundMessage message)
    {
        var provider = new FakeProvider(Fixtures.Reply("signal", daemon == "rpc" ? "response-rpc-send.json" : "response-rest-v2-send.json"));

        var sent = (SendResult.Sent)await Channel.SendAsync(message, daemon == "rpc" ? Rpc : Rest, new(provider.Client, TimeProvider.System), default);

        sent.Key.ShouldBe("+819012345678:1794993120000");
        provider.Requests[0].Url.ToString().ShouldBe(Fixtures.Json("signal", fixture).GetProperty("_request").GetString()!.Split(' ')[1]);
        JsonElement.DeepEquals(provider.Requests[0].Json, Fixtures.Outbound("signal", fixture)).ShouldBeTrue(provider.Requests[0].Text);
    }

    [Fact]
    public async Task A_rest_request_has_the_fields_of_the_wrappers_description()
    {
        var path = ReferenceData.Require("channels", "specs", "signal", "signal-cli-rest-api-swagger.json");
        var swagger = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).RootElement;
        var fields = swagger.GetProperty("definitions").GetProperty("api.SendMessageV2").GetProperty("properties");
        var provider = new FakeProvider(Fixtures.Reply("signal", "response-rest-v2-send.json"));
        var file = new OutboundAttachment("a.png", "image/png", 1, _ => Task.FromResult<Stream>(new MemoryStream([1])));

        await Channel.SendAsync(To(Group, "k", "x") with { RecipientId = Siti, ReplyTo = "1794992400123", Attachments = [file] }, Rest, new(provider.Client, TimeProvider.System), default);

        foreach (var field in provider.Requests[0].Json.EnumerateObject()) { fields.TryGetProperty(field.Name, out _).ShouldBeTrue(field.Name); }
        provider.Requests[0].Json.GetProperty("recipients")[0].GetString().ShouldStartWith("group.");
    }

    [Theory]
    [InlineData("IDENTITY_FAILURE", typeof(SendResult.Failed))]
    [InlineData("NETWORK_FAILURE", typeof(SendResult.Retry))]
    [InlineData("PROOF_REQUIRED_FAILURE", typeof(SendResult.Retry))]
    public async Task Each_failure_of_a_recipient_has_its_treatment(string type, Type outcome)
    {
        var reply = ProviderReply.Ok("""{"jsonrpc":"2.0","id":"1","error":{"code":-1,"message":"Failed","data":{"response":{"results":[{"type":"TYPE"}]}}}}""".Replace("TYPE", type, StringComparison.Ordinal));

        (await Channel.SendAsync(To(Siti, "k", "x"), Rpc, new(new FakeProvider(reply).Client, TimeProvider.System), default)).ShouldBeOfType(outcome);
    }

    [Fact]
    public async Task Trouble_inside_signal_cli_is_not_taken_for_a_no()
    {
        var reply = ProviderReply.Ok("""{"jsonrpc":"2.0","id":"1","error":{"code":-3,"message":"/var/lib/x: broken pipe"}}""");

        var unknown = (SendResult.Unknown)await Channel.SendAsync(To(Siti, "k", "x"), Rpc, new(new FakeProvider(reply).Client, TimeProvider.System), default);

        unknown.Reason.ShouldNotContain("/var");
    }

    [Fact]
    public async Task A_reaction_names_the_author_that_the_key_holds()
    {
        var provider = new FakeProvider(Fixtures.Reply("signal", "response-rpc-send.json"));
        var act = new OutboundAct(ActKind.React) { ThreadId = Group, RecipientId = Group, ExternalId = "1794992400123", Key = $"{Siti}:1794992400123", Emoji = "👍", IdempotencyKey = "k" };

        (await Channel.ActAsync(act, Rpc, new(provider.Client, TimeProvider.System), default)).ShouldBeOfType<SendResult.Sent>();

        var parameters = provider.Requests[0].Json.GetProperty("params");
        parameters.GetProperty("targetAuthor").GetString().ShouldBe(Siti);
        parameters.GetProperty("groupId").GetString().ShouldBe(Group);
        parameters.GetProperty("targetTimestamp").GetInt64().ShouldBe(1794992400123);
    }

    [Fact]
    public void A_shown_number_is_proven_and_a_quote_of_ours_leads_to_our_key()
    {
        var read = (Reading.Events)Channel.Read(Delivery("inbound-group-quote-attachment.json"), Rpc);

        read.Items[0].Sender!.Keys.ShouldHaveSingleItem().ShouldBe(new ContactKey(KeyKind.Phone, "+628123456789", "wrote from this number on Signal"));
        read.Items[0].TargetKey.ShouldBe("+819012345678:1794992430000");
        read.Items[0].Audience.ShouldBe(Audience.Shared);
    }

    [Fact]
    public void Typing_goes_to_the_screens_only() =>
        ((Reading.Ignored)Channel.Read(Delivery("inbound-typing.json"), Rpc)).Signals.ShouldBe([new Signal(SignalKind.Typing, Siti, Siti)]);

    [Fact]
    public void Mentions_are_shown_by_name()
    {
        var json = JsonNode.Parse(Fixtures.Bytes("signal", "inbound-text.json"))!;
        json["params"]!["envelope"]!["dataMessage"]!["message"] = "\uFFFC ask \uFFFC";
        json["params"]!["envelope"]!["dataMessage"]!["mentions"] = JsonNode.Parse("""[{"start":0,"length":1,"number":"+819012345678"},{"start":6,"length":1,"name":"Kenta"}]""");

        var read = (Reading.Events)Channel.Read(new RawDelivery { Body = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), ReceivedAt = default }, Rpc);

        read.Items[0].Text!.Trim().ShouldBe("ask @Kenta");
    }

    private static RawDelivery Delivery(string fixture) => new() { Body = Fixtures.Bytes("signal", fixture), ReceivedAt = default };
}
