using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Ends each hold at its time, so that it is acknowledged and what it kept waiting goes on, with nothing to do in between.</summary>
internal sealed partial class HoldExpiry(HoldStore holds, TimeProvider time, ILogger<HoldExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    // A timer takes no longer delay than some weeks; looking twice a day costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    private volatile TaskCompletionSource _changed = NewSource();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        holds.Changed += OnChanged;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                _changed = NewSource();
                await WaitAsync(EndExpired(), stoppingToken);
            }
        }
        finally
        {
            holds.Changed -= OnChanged;
        }
    }

    // Returns how long to wait, or null where nothing ends by itself.
    private TimeSpan? EndExpired()
    {
        try
        {
            holds.EndExpired();
            return holds.All.Min(hold => hold.Expires) - time.GetUtcNow();
        }
        catch (EdgeSyncException failure)
        {
            LogNotEnded(failure.Reason, failure.Message);
            return Retry;
        }
    }

    private async Task WaitAsync(TimeSpan? due, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var wait = due is { } known ? TimeSpan.FromTicks(Math.Clamp(known.Ticks, 0, LongestWait.Ticks)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(_changed.Task, Task.Delay(wait, time, over.Token));
        await over.CancelAsync();
    }

    private void OnChanged() => _changed.TrySetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(AgentEventIds.HoldNotEnded, LogLevel.Error, "Cannot end a hold that ran out, will try again, {Reason}: {Message}")]
    private partial void LogNotEnded(string reason, string message);
}
