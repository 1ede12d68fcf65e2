using System.Text.Json;
using Braid.Channels.Telegram;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.Telegram;

public sealed class TelegramConformance : ChannelConformance<TelegramChannel>
{
    protected override string SettingsJson =>
        """{"botToken":"7011223344:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw","webhookSecret":"brd-7Qm3vX_tok-01","receive":"webhook"}""";

    protected override string OtherSettingsJson =>
        """{"botToken":"7011223345:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsax","webhookSecret":"brd-7Qm3vX_tok-02","receive":"webhook"}""";

    protected override bool SignatureCoversBody => false;
    protected override string SuccessBody => Fixtures.Json("telegram", "response-send-message.json").GetProperty("body").GetRawText();
    protected override string Recipient => "5512345678";

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings) =>
        new Dictionary<string, string> { ["X-Telegram-Bot-Api-Secret-Token"] = ((TelegramSettings)settings).WebhookSecret! };

    protected override string? TextOf(ProviderRequest request) =>
        request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("text", out var text) ? text.GetString() : null;

    protected override string? TreatmentOf(string fixture, JsonElement error) => fixture switch
    {
        "error-400-not-modified.json" => null, // About editing.
        _ => base.TreatmentOf(fixture, error),
    };

    [Fact]
    public void The_recorded_secret_tokens_are_accepted_and_the_others_are_not()
    {
        var vectors = Fixtures.Json("telegram", "signing-vectors.json");
        foreach (var vector in vectors.GetProperty("vectors").EnumerateArray())
        {
            var body = Fixtures.Bytes("telegram", vector.GetProperty("file").GetString()!);
            Channel.Verify(Request(body, Headers(vector)), Settings).ShouldBeOfType<Verdict.Genuine>();
        }

        foreach (var vector in vectors.GetProperty("negative").EnumerateArray())
        {
            Channel.Verify(Request([], Headers(vector)), Settings).ShouldBeOfType<Verdict.Forged>();
        }
    }

    private static Dictionary<string, string> Headers(JsonElement vector) =>
        vector.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
}
