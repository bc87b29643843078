using System.Globalization;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Makes passes of one kind of work for as long as the agent runs: when something is due, and when somebody wakes it. It never gives up: what fails is tried
/// again, later and later up to a limit, and at once when there is something new.
/// </summary>
internal sealed class PassLoop(string channel, WakeSignal wake, PipelineClocks clocks, Random random, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly Backoff _backoff = new(FirstRetry, LongestRetry, random);
    private volatile EdgeSyncException? _failure;

    /// <summary>One pass; gives what failed last in it, or null.</summary>
    public required Func<WakeSignal.Pass, CancellationToken, Task<EdgeSyncException?>> Pass { get; init; }

    /// <summary>Called at the end of each pass.</summary>
    public required Action<EdgeSyncException?> Ended { get; init; }

    /// <summary>How long until the next pass where nothing else happens.</summary>
    public required Func<TimeSpan> Rest { get; init; }

    /// <summary>How long until what waits for its time; null for what does not wait.</summary>
    public required Func<TimeSpan?[]> Dues { get; init; }

    /// <summary>What failed in the last pass, or null. Safe to read from any thread.</summary>
    public EdgeSyncException? Failure => _failure;

    /// <summary>Wakes the loop.</summary>
    public WakeSignal Wake => wake;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pass = wake.BeginPass();
            SetFailure(await Pass(pass, cancellationToken));
            pass.Complete();
            await wake.WaitAsync(DueIn(), clocks.Site, cancellationToken);
        }
    }

    /// <summary>Runs one part of a pass; gives why it failed, or null.</summary>
    public static async Task<EdgeSyncException?> TryAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
            return null;
        }
        catch (EdgeSyncException failure)
        {
            return failure;
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
#pragma warning disable CA1031 // The worker's loop: a bug in a step must not stop the only thing that looks after the site.
            return new ReconciliationException("InternalError", string.Create(CultureInfo.InvariantCulture, $"a fault of EdgeSync itself; the log's event {ReconciliationEventIds.WillRetry} has the details"), bug)
            {
                Hint = "Please report it with the log.",
            };
#pragma warning restore CA1031
        }
    }

    private void SetFailure(EdgeSyncException? failure)
    {
        if (failure is null)
        {
            _backoff.Reset();
        }
        else if (failure.Reason != _failure?.Reason || failure.Message != _failure?.Message || failure.InnerException?.GetType() != _failure?.InnerException?.GetType())
        {
            logger.LogWillRetry(channel, failure.Reason, failure.Message, failure.InnerException);
        }

        _failure = failure;
        Ended(failure);
    }

    private TimeSpan DueIn()
    {
        var pause = Rest();
        if (_failure is { } failure)
        {
            var retry = failure.RetryAfter ?? _backoff.Next();
            pause = pause > TimeSpan.Zero && pause < retry ? pause : retry;
        }

        // What fails now, such as a registry behind a cut link, does not delay what is due without it. What was due already has just failed.
        foreach (var due in Dues().OfType<TimeSpan>().Where(due => _failure is null || due > TimeSpan.Zero))
        {
            pause = due < pause ? due : pause;
        }

        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }
}
