using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Commands;

/// <summary>Shows progress: bars where the terminal can draw over its lines, one plain line a stage otherwise.</summary>
internal static class ProgressView
{
    public static async Task<T> RunAsync<T>(Func<IProgress<PipelineProgress>, Task<T>> work)
    {
        var terminal = Terminal.Standard();
        if (!terminal.HasColours)
        {
            return await work(new PlainProgress(terminal));
        }

        var bars = new ProgressBars(terminal, TimeProvider.System);
        var result = await work(bars);
        bars.Finish();
        return result;
    }

    /// <summary>What a line of progress is about.</summary>
    public static string Title(PipelineProgress progress) => $"{progress.Channel} {progress.Stage.ToString().ToLowerInvariant()}";
}
