using EdgeSync.Primitives.Text;

namespace EdgeSync.Primitives.Tests.Text;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  two\nlines\r\n", "two lines")]
    [InlineData("a\t \0 b", "a b")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("right\u202Eleft", "rightleft")]
    public void Of_Text_IsOneLineThatControlsNoTerminal(string text, string expected) => Assert.Equal(expected, OneLine.Of(text));
}
