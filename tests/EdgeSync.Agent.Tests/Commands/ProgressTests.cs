using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class ProgressTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void PlainProgress_SameMessageAgain_PrintsOneLine()
    {
        var progress = new PlainProgress(_output);

        progress.Report(Fetch(done: 1));
        progress.Report(Fetch(done: 2));
        progress.Report(new PipelineProgress("stable", PipelineStage.Apply, "Deployment till"));

        Assert.Equal("stable fetch: shop\nstable apply: Deployment till\n", _output.ToString());
    }

    [Fact]
    public void PlainProgress_HostileMessage_CannotControlTheTerminal()
    {
        new PlainProgress(_output).Report(new PipelineProgress("stable", PipelineStage.Apply, "\e[2Jtill"));

        Assert.Equal("stable apply: ?[2Jtill\n", _output.ToString());
    }

    [Fact]
    public async Task Bars_NextStageAndEndOfThePass_CompleteEveryStage()
    {
        var screen = await DrawAsync(
            Fetch(done: 25), Fetch(done: 100), new PipelineProgress("stable", PipelineStage.Apply, "Deployment [red]till[/] \e[2J"));

        var last = screen.TrimEnd().Split('\n')[^2..];
        Assert.Equal("━━━━━━━━━━━━━━━━━━━━ 100% stable fetch: shop", last[0].Trim());
        Assert.Equal("━━━━━━━━━━━━━━━━━━━━ 100% stable apply: Deployment [red]till[/] ?[2J", last[1].Trim());
    }

    [Fact]
    public async Task Bars_LongMessage_StaysOnOneLine()
    {
        var screen = await DrawAsync(new PipelineProgress("stable", PipelineStage.Apply, new string('x', 500)));

        Assert.InRange(screen.TrimEnd().Split('\n')[^1].Trim().Length, 60, 80);
    }

    private async Task<string> DrawAsync(params PipelineProgress[] reports)
    {
        var console = ConsoleOutput.Create(_output, isTerminal: true, hasColours: true, windowWidth: 80);
        await ProgressView.RunWithBarsAsync(console, bars =>
        {
            Array.ForEach(reports, bars.Report);
            return Task.FromResult(true);
        });
        return System.Text.RegularExpressions.Regex.Replace(_output.ToString(), "\e\\[[0-9;?]*[a-zA-Z]", "");
    }

    private static PipelineProgress Fetch(long done) => new("stable", PipelineStage.Fetch, "shop", done, 100);
}
