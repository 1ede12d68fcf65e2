using System.Text;
using System.Text.Json;
using Braid.Channels.Common;

namespace Braid.Channels.Tests.Common;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"t":"plain"}""", "plain")]
    [InlineData("""{"t":"\ud83d\ude4f ok"}""", "🙏 ok")]
    [InlineData("""{"t":"a\ud83d b\n\"c\""}""", "a\uFFFD b\n\"c\"")]
    [InlineData("""{"t":"x\u0000y"}""", "x\uFFFDy")]
    public void Text_comes_out_well_formed(string json, string expected) =>
        JsonText.Of(JsonDocument.Parse(json).RootElement.GetProperty("t")).ShouldBe(expected);

    [Fact]
    public void Broken_utf8_is_replaced()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"t\":\"a"), 0xC3, (byte)'(', .. Encoding.UTF8.GetBytes("\"}")];
        JsonText.Of(JsonDocument.Parse(body).RootElement.GetProperty("t")).ShouldBe("a\uFFFD(");
    }

    [Theory]
    [InlineData("1794963723", "2026-11-18T01:02:03Z")]
    [InlineData("\"1794963723\"", "2026-11-18T01:02:03Z")]
    [InlineData("1794963723500", "2026-11-18T01:02:03.5Z")]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("99999999999999999", null)]
    [InlineData("\"soon\"", null)]
    public void Times_are_seconds_or_milliseconds(string value, string? expected) =>
        JsonDocument.Parse($$"""{"at":{{value}}}""").RootElement.Epoch("at")
            .ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Ids_beyond_two_to_the_53_keep_their_digits() =>
        JsonDocument.Parse("""{"id":9007199254740993}""").RootElement.Id("id").ShouldBe("9007199254740993");
}
