using EdgeSync.Agent.Output;

namespace EdgeSync.Agent.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void Write_Pipe_AlignsColumnsAndFoldsNothing()
    {
        var table = new TextTable("NAME", "WHAT");
        table.Add("till", new string('x', 300));
        table.Add("a-longer-name", "");

        Assert.Equal(["NAME           WHAT", "till           " + new string('x', 300), "a-longer-name"], Write(table, window: null));
    }

    [Fact]
    public void Write_NarrowWindow_FoldsTheWidestColumn()
    {
        var table = new TextTable("CHANNEL", "RUNNING", "SINCE");
        table.Add("stable", "shop 1.4.2 (release 17, sha256:0123456789ab)", "now");

        Assert.Equal(
            [
                "CHANNEL  RUNNING                   SINCE",
                "stable   shop 1.4.2 (release 17,   now",
                "         sha256:0123456789ab)",
            ],
            Write(table, window: 40));
    }

    [Fact]
    public void Write_WordWiderThanColumn_IsFoldedWithin()
    {
        var table = new TextTable("IMAGE");
        table.Add(new string('a', 50));

        Assert.Equal(["IMAGE", new string('a', 40), new string('a', 10)], Write(table, window: 40));
    }

    [Fact]
    public void Write_HostileCell_CannotSteerTheTerminal()
    {
        var table = new TextTable("NAME");
        table.Add("\e]0;owned\a");

        Assert.Equal(["NAME", "?]0;owned?"], Write(table, window: null));
    }

    [Fact]
    public void Write_PaintedCell_KeepsColumnsAligned()
    {
        var table = new TextTable("STATE", "NAME");
        table.Add(0, Colour.Green, "ok", "till");
        using var output = new StringWriter { NewLine = "\n" };

        table.Write(new Terminal(output, isTerminal: true, hasColours: true, () => 80));

        Assert.Equal("\e[1mSTATE  NAME\e[0m\n\e[32mok\e[0m     till\n", output.ToString());
    }

    [Fact]
    public void Add_WrongNumberOfCells_IsABug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextTable("A", "B").Add("only one"));

    private static string[] Write(TextTable table, int? window)
    {
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(new Terminal(output, window is not null, hasColours: false, () => window ?? 0));
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
