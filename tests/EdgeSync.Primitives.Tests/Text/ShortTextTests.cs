using System.Text.Json;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Primitives.Tests.Text;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("a😀bcd", 3, "a…")]
    [InlineData("", 3, "")]
    public void Of_Text_CutsBetweenCharacters(string text, int length, string expected) => Assert.Equal(expected, ShortText.Of(text, length));

    [Fact]
    public void Of_LongText_KeepsBeginningAndEnd()
    {
        var text = ShortText.Of($"begin {new string('x', 5000)} end", 300);

        Assert.StartsWith("begin", text, StringComparison.Ordinal);
        Assert.EndsWith("end", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 290, 300);
    }

    [Fact]
    public void Of_TextOfPairs_NeverLeavesHalfOfOne()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 500));

        Assert.All(Enumerable.Range(1, 600), length =>
        {
            var cut = ShortText.Of(text, length);
            Assert.Equal(cut, JsonDocument.Parse($"\"{JsonEncodedText.Encode(cut)}\"").RootElement.GetString());
            Assert.DoesNotContain('\uFFFD', cut);
            Assert.True(cut.Length <= length);
        });
    }
}
