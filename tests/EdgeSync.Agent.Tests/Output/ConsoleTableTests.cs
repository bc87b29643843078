using EdgeSync.Agent.Output;
using Spectre.Console;

namespace EdgeSync.Agent.Tests.Output;

public sealed class ConsoleTableTests
{
    [Fact]
    public void Write_Pipe_AlignsColumnsAndWrapsNothing()
    {
        var table = ConsoleOutput.CreateTable("NAME", "WHAT");
        table.AddText("till", new string('x', 300));
        table.AddText("a-longer-name", "");

        Assert.Equal(["NAME           WHAT", "till           " + new string('x', 300), "a-longer-name"], Write(table, window: null));
    }

    [Fact]
    public void Write_NarrowWindow_WrapsTheWidestColumn()
    {
        var table = ConsoleOutput.CreateTable("CHANNEL", "RUNNING", "SINCE");
        table.AddText("stable", "shop 1.4.2 (release 17, sha256:0123456789ab)", "now");

        Assert.Equal(
            [
                "CHANNEL  RUNNING                   SINCE",
                "stable   shop 1.4.2 (release 17,   now",
                "         sha256:0123456789ab)",
            ],
            Write(table, window: 40));
    }

    [Fact]
    public void Write_WordWiderThanColumn_IsSplit()
    {
        var table = ConsoleOutput.CreateTable("IMAGE");
        table.AddText(new string('a', 50));

        Assert.Equal(["IMAGE", new string('a', 40), new string('a', 10)], Write(table, window: 40));
    }

    [Fact]
    public void Write_HostileCell_CannotControlTheTerminal()
    {
        var table = ConsoleOutput.CreateTable("NAME");
        table.AddText("\e]0;owned\a");

        Assert.Equal(["NAME", "?]0;owned?"], Write(table, window: null));
    }

    [Fact]
    public void Write_CellWithBrackets_IsNoMarkup()
    {
        var table = ConsoleOutput.CreateTable("NAME");
        table.AddText("[red]till[/] [");

        Assert.Equal(["NAME", "[red]till[/] ["], Write(table, window: null));
    }

    [Fact]
    public void Write_PaintedCell_KeepsColumnsAligned()
    {
        var table = ConsoleOutput.CreateTable("STATE", "NAME");
        table.AddRow(ConsoleOutput.Cell("ok", Color.Green), ConsoleOutput.Cell("till"));
        using var output = new StringWriter { NewLine = "\n" };

        ConsoleOutput.Create(output, isTerminal: true, hasColours: true, 80).WriteTable(table);

        Assert.Contains("\e[1mSTATE\e[0m  \e[1mNAME\e[0m", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\e[32mok\e[0m     till", output.ToString(), StringComparison.Ordinal);
    }

    private static string[] Write(Table table, int? window)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConsoleOutput.Create(output, window is not null, hasColours: false, window ?? 0).WriteTable(table);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
