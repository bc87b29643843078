using EdgeSync.Agent.Output;

namespace EdgeSync.Agent.Tests.Output;

public sealed class TerminalTests
{
    [Fact]
    public void Bold_Pipe_StaysPlain()
    {
        var pipe = new Terminal(TextWriter.Null, isTerminal: false, hasColours: false, () => 0);

        Assert.Equal("shop", pipe.Bold("shop"));
        Assert.Equal("shop", pipe.Paint("shop", Colour.Red));
        Assert.Equal(int.MaxValue, pipe.Width);
    }

    [Fact]
    public void Paint_Terminal_EndsTheColour()
    {
        var terminal = new Terminal(TextWriter.Null, isTerminal: true, hasColours: true, () => 120);

        Assert.Equal("\e[31mshop\e[0m", terminal.Paint("shop", Colour.Red));
        Assert.Equal("\e[1mshop\e[0m", terminal.Bold("shop"));
    }

    [Theory]
    [InlineData(0, 80)]
    [InlineData(12, 40)]
    [InlineData(132, 132)]
    public void Width_Terminal_IsUsable(int window, int expected) =>
        Assert.Equal(expected, new Terminal(TextWriter.Null, isTerminal: true, hasColours: false, () => window).Width);

    [Theory]
    [InlineData("plain words, ü and 例", "plain words, ü and 例")]
    [InlineData("a\e[2Jb", "a?[2Jb")]
    [InlineData("one\ntwo\r\tthree", "one?two??three")]
    [InlineData("c1\u009b31m", "c1?31m")]
    public void Harmless_ControlCharacters_AreShownAsQuestionMarks(string text, string expected) =>
        Assert.Equal(expected, Terminal.Harmless(text));
}
