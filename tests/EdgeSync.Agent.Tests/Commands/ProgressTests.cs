using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class ProgressTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void PlainProgress_SameThingAgain_IsOneLine()
    {
        var progress = new PlainProgress(new Terminal(_output, isTerminal: false, hasColours: false, () => 0));

        progress.Report(Fetch(done: 1));
        progress.Report(Fetch(done: 2));
        progress.Report(new PipelineProgress("stable", PipelineStage.Apply, "Deployment till"));

        Assert.Equal("stable fetch: shop\nstable apply: Deployment till\n", _output.ToString());
    }

    [Fact]
    public void ProgressBars_ManyReports_DrawsTenTimesASecondAtMost()
    {
        var time = new ManualTimeProvider();
        var bars = new ProgressBars(Window(), time);

        bars.Report(Fetch(done: 25));
        bars.Report(Fetch(done: 50));
        Assert.Equal("━━━━━───────────────  25% stable fetch: shop\n", Uncoloured());

        time.Advance(TimeSpan.FromMilliseconds(150));
        bars.Report(Fetch(done: 75));
        Assert.EndsWith("\e[1A\r\e[J━━━━━━━━━━━━━━━─────  75% stable fetch: shop\n", Uncoloured(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProgressBars_NextStage_LeavesTheLastAsDone()
    {
        var bars = new ProgressBars(Window(), new ManualTimeProvider());

        bars.Report(Fetch(done: 25));
        bars.Report(new PipelineProgress("stable", PipelineStage.Apply, "Deployment till"));
        Assert.EndsWith(
            "\e[1A\r\e[J━━━━━━━━━━━━━━━━━━━━ 100% stable fetch: shop\n────────────────────      stable apply: Deployment till\n",
            Uncoloured(),
            StringComparison.Ordinal);

        bars.Finish();
        Assert.EndsWith("\e[1A\r\e[J━━━━━━━━━━━━━━━━━━━━ 100% stable apply: Deployment till\n", Uncoloured(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProgressBars_LongMessage_StaysOnOneLine()
    {
        var bars = new ProgressBars(Window(), new ManualTimeProvider());

        bars.Report(new PipelineProgress("stable", PipelineStage.Apply, new string('x', 500)));

        Assert.InRange(Uncoloured().TrimEnd('\n').Length, 60, 79);
    }

    private static PipelineProgress Fetch(long done) => new("stable", PipelineStage.Fetch, "shop", done, 100);

    private Terminal Window() => new(_output, isTerminal: true, hasColours: true, () => 80);

    private string Uncoloured() =>
        _output.ToString().Replace("\e[0m", "", StringComparison.Ordinal).Replace("\e[32m", "", StringComparison.Ordinal).Replace("\e[34m", "", StringComparison.Ordinal);
}
