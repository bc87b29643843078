using System.Diagnostics;
using EdgeSync.Testbed;

namespace EdgeSync.Benchmarks.Processes;

/// <summary>A program that ran to its end: how long it took, the most it had in memory, and how long it used a core.</summary>
internal sealed record ObservedRun(TimeSpan Elapsed, long PeakMemory, TimeSpan Cpu)
{
    // Both only grow, so that at most what the last interval added is missed.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs it in the folder of a user, <paramref name="home"/>, where programs keep settings; null for that of the benchmarks.</summary>
    public static async Task<ObservedRun> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? home = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (home is not null)
        {
            start.Environment["HOME"] = start.Environment["XDG_CONFIG_HOME"] = home;
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var ended = process.WaitForExitAsync(cancellationToken);
        var (peak, cpu) = (0L, TimeSpan.Zero);
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, ProcessMemory.ReadPeak(process.Id));
            cpu = ProcessTimes.TryReadCpu(process.Id) ?? cpu;
            await Task.WhenAny(ended, Task.Delay(Interval, TimeProvider.System, cancellationToken));
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        await ended;
        return process.ExitCode == 0
            ? new ObservedRun(elapsed, peak, cpu)
            : throw new TestbedException("PeerFailed", $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{await output}");
    }
}
