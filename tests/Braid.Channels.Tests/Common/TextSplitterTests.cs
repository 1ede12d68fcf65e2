using Braid.Channels.Common;

namespace Braid.Channels.Tests.Common;

public sealed class TextSplitterTests
{
    [Theory]
    [InlineData("", 10, new string[0])]
    [InlineData(" \n ", 10, new string[0])]
    [InlineData("short", 10, new[] { "short" })]
    [InlineData("0123456789", 10, new[] { "0123456789" })]
    [InlineData("first line\nsecond one", 12, new[] { "first line", "second one" })]
    [InlineData("one two three", 9, new[] { "one two", "three" })]
    [InlineData("0123456789abc", 10, new[] { "0123456789", "abc" })]
    public void Cuts_at_lines_then_words_then_characters(string text, int limit, string[] parts) =>
        TextSplitter.Split(text, limit).ShouldBe(parts);

    [Fact]
    public void Never_cuts_a_family_in_two() =>
        TextSplitter.Split("ab👨‍👩‍👧cd", 9).ShouldBe(["ab", "👨‍👩‍👧c", "d"]);

    [Fact]
    public void Cuts_a_character_longer_than_a_message_but_no_surrogate_pair()
    {
        var piled = "a" + new string('\u0301', 25);
        TextSplitter.Split(piled, 10).Select(p => p.Length).ShouldBe([10, 10, 6]);
        string.Concat(TextSplitter.Split(piled, 10)).ShouldBe(piled);
    }
}
