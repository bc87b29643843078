using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Ends each hold when it expires, so that the end is acknowledged and changes that waited for it continue. Between two ends it sleeps.
/// </summary>
internal sealed partial class HoldExpiry(HoldStore holds, TimeProvider time, ILogger<HoldExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private readonly AsyncSignal _changed = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        holds.Changed += _changed.Set;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(EndExpired(), time, stoppingToken);
            }
        }
        finally
        {
            holds.Changed -= _changed.Set;
        }
    }

    // Returns how long to wait for the next end.
    private TimeSpan EndExpired()
    {
        try
        {
            holds.EndExpired();
            return holds.All.Min(hold => hold.Expires) - time.GetUtcNow() ?? TimeSpan.MaxValue;
        }
        catch (EdgeSyncException failure)
        {
            LogNotEnded(failure.Reason, failure.Message);
            return Retry;
        }
    }

    [LoggerMessage(AgentEventIds.HoldNotEnded, LogLevel.Error, "Cannot end an expired hold, will try again, {Reason}: {Message}")]
    private partial void LogNotEnded(string reason, string message);
}
