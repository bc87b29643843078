namespace EdgeSync.Testbed.Processes;

/// <summary>Shows that long, silent work goes on: a line every 20 seconds with the time since it began.</summary>
public static class Ticker
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Waits for the work, telling <paramref name="report"/> now and then that it is not done yet.</summary>
    public static async Task<T> WatchAsync<T>(Task<T> work, Action<string> report, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        time ??= TimeProvider.System;
        var begun = time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, time);
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(work, tick) == tick)
        {
            report($"  … {time.GetElapsedTime(begun).TotalSeconds:0} s");
            tick = timer.WaitForNextTickAsync().AsTask();
        }

        return await work;
    }
}
