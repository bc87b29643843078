using System.Diagnostics;

namespace EdgeSync.Testbed.Processes;

/// <summary>A step of a build that takes long: reports its start, that it still runs, and how long it took.</summary>
public static class TimedStep
{
    /// <summary>Runs a step whose name completes the sentence "compiling the tests".</summary>
    public static async Task<T> RunAsync<T>(string name, Func<Task<T>> step, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(report);
        report(name);
        var watch = Stopwatch.StartNew();
        var result = await Ticker.WatchAsync(step(), report);
        report($"  done in {watch.Elapsed.TotalSeconds:0} s");
        return result;
    }
}
