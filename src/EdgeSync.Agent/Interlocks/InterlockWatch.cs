using EdgeSync.Agent.Daemon;
using EdgeSync.Contracts;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.Interlocks;

/// <summary>
/// Asks the closed interlocks again for as long as a release waits for one, and lets the channels go on when one has opened. While nothing waits, it asks nothing.
/// </summary>
internal sealed class InterlockWatch(SiteInterlocks interlocks, Site site, TimeProvider time) : BackgroundService
{
    // Where a release waits since before the start of the agent, and the gate has not asked yet.
    private static readonly TimeSpan UntilAsked = TimeSpan.FromSeconds(5);

    private readonly AsyncSignal _changed = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        site.Changed += _changed.Set;
        try
        {
            while (true)
            {
                while (site.Workers.Any(worker => worker.Status.Reason == ReasonCodes.InterlockClosed))
                {
                    var due = interlocks.Due ?? UntilAsked;
                    await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, time, stoppingToken);
                    if (await interlocks.AskDueAsync(stoppingToken))
                    {
                        site.Continue();
                    }
                }

                await _changed.WaitAsync(stoppingToken);
            }
        }
        finally
        {
            site.Changed -= _changed.Set;
        }
    }
}
