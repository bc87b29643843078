using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Shows progress: bars if the terminal can draw over its lines, otherwise one plain line per stage.</summary>
internal static class ProgressView
{
    private const int BarWidth = 20;

    /// <summary>Runs the work and shows its progress; <paramref name="withRates"/> adds the rate of downloads and the time that is left.</summary>
    public static async Task<T> RunAsync<T>(Func<IProgress<PipelineProgress>, Task<T>> work, bool withRates = false)
    {
        var console = ConsoleOutput.Standard();
        return console.Profile.Capabilities.Ansi ? await RunWithBarsAsync(console, work, withRates) : await work(new PlainProgress(console.Profile.Out.Writer));
    }

    public static Task<T> RunWithBarsAsync<T>(IAnsiConsole console, Func<IProgress<PipelineProgress>, Task<T>> work, bool withRates = false) => console.Progress()
        .Columns(
        [
            new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), .. withRates ? [new RateColumn(), new RemainingTimeColumn()] : Array.Empty<ProgressColumn>(), new TaskDescriptionColumn { Alignment = Justify.Left },
        ])
        .StartAsync(async context =>
        {
            var bars = new ProgressBars(context);
            var result = await work(bars);
            bars.Complete();
            return result;
        });

    /// <summary>What a line of progress is about.</summary>
    public static string Title(PipelineProgress progress) => $"{progress.Channel} {progress.Stage.ToString().ToLowerInvariant()}";
}
