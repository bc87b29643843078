using EdgeSync.Agent.Output;

namespace EdgeSync.Agent.Tests.Output;

public sealed class ConsoleOutputTests
{
    [Fact]
    public void WriteMarkupLine_Pipe_StaysPlainAndIsNotWrapped()
    {
        var text = Write(isTerminal: false, hasColours: true, window: 0, $"[bold]{"shop"}[/] [red]{new string('x', 3000)}[/]");

        Assert.Equal("shop " + new string('x', 3000) + "\n", text);
    }

    [Fact]
    public void WriteMarkupLine_Terminal_EndsTheColour()
    {
        Assert.Equal("\e[91mshop\e[0m\n", Write(isTerminal: true, hasColours: true, window: 120, $"[red]{"shop"}[/]"));
        Assert.Equal("\e[1mshop\e[0m\n", Write(isTerminal: true, hasColours: true, window: 120, $"[bold]{"shop"}[/]"));
    }

    [Fact]
    public void WriteMarkupLine_TerminalWithoutColours_StaysPlain() =>
        Assert.Equal("shop\n", Write(isTerminal: true, hasColours: false, window: 120, $"[red]{"shop"}[/]"));

    [Theory]
    [InlineData(0, 80)]
    [InlineData(12, 40)]
    [InlineData(132, 132)]
    public void Width_Terminal_IsUsable(int window, int expected) =>
        Assert.Equal(expected, ConsoleOutput.Create(TextWriter.Null, isTerminal: true, hasColours: false, window).Profile.Width);

    [Fact]
    public void WriteMarkupLine_HostileValue_IsPlainTextWithoutControlCharacters() =>
        Assert.Equal("reason: [red]?[2Jgone?[/]\n", Write(isTerminal: true, hasColours: true, window: 120, $"reason: {"[red]\e[2Jgone\n[/]"}"));

    [Theory]
    [InlineData("plain words, ü and 例", "plain words, ü and 例")]
    [InlineData("a\e[2Jb", "a?[2Jb")]
    [InlineData("one\ntwo\r\tthree", "one?two??three")]
    [InlineData("c1\u009b31m", "c1?31m")]
    public void Clean_ControlCharacters_AreShownAsQuestionMarks(string text, string expected) =>
        Assert.Equal(expected, ConsoleOutput.Clean(text));

    private static string Write(bool isTerminal, bool hasColours, int window, FormattableString markup)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConsoleOutput.Create(output, isTerminal, hasColours, window).WriteMarkupLine(markup);
        return output.ToString();
    }
}
