using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Tells systemd twice in each <c>WatchdogSec=</c> that the agent is alive. If the process hangs, systemd gets no message and restarts it.
/// </summary>
internal sealed class SystemdWatchdog(ISystemdNotifier notifier, TimeProvider time) : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    /// <summary>The interval that systemd watches this process by; null if it does not.</summary>
    public static TimeSpan? Interval =>
        Read("WATCHDOG_USEC") is { } microseconds and > 0 && Read("WATCHDOG_PID") is var process && (process is null || process == Environment.ProcessId)
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Interval is not { } interval)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval / 2, time);
        do
        {
            notifier.Notify(Alive);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static long? Read(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
