using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>
/// Keeps what is live as it should be: watches it, repairs it after a start and after drift, and checks a last-good bundle again that was not healthy
/// after a rollback. The worker runs one round of it in each pass, and it also runs while a new release is fetched. Used by one caller at a time.
/// </summary>
internal sealed class DriftLoop(
    ChannelStateMachine machine,
    ApplyStep apply,
    ActivationLock activationLock,
    ActivationWatch activationWatch,
    ICluster cluster,
    WakeSignal wake,
    TimeProvider monotonic,
    Random random,
    ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstRecheck = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRecheck = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30);

    private readonly DriftBackoff _backoff = new(monotonic);
    private readonly Backoff _recheckBackoff = new(FirstRecheck, LongestRecheck, random);
    private DriftWatch? _watch;
    private bool _isRepairDue = true;

    /// <summary>When the next repair of drift is due, or null.</summary>
    public DateTimeOffset? RepairDue => _backoff.Due;

    /// <summary>When an unhealthy last-good bundle is checked again, or null.</summary>
    public DateTimeOffset? RecheckDue { get; private set; }

    /// <summary>
    /// One round. Raises an <see cref="EdgeSyncException"/> when the cluster does not answer, content is missing, or somebody keeps changing an object.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await machine.GetLiveAsync(cancellationToken) is not { } live)
        {
            return;
        }

        await WatchAsync(live);
        await RepairIfDueAsync(live, cancellationToken);
        await RecheckIfDueAsync(live, cancellationToken);

        // It runs as it should; but the site lacks what it needs to go on running, or somebody does not leave it alone.
        if ((live.MissingContent ?? live.UnfitValues ?? _backoff.FindFight()) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// Repairs drift of what is live until <paramref name="staging"/> ends, because a fetch over a slow link takes hours. It only reacts to drift; what
    /// fails here fails again in the next round, which reports it.
    /// </summary>
    public async Task RunDuringAsync(Task staging, CancellationToken cancellationToken)
    {
        while (!staging.IsCompleted)
        {
            try
            {
                if (await machine.GetLiveAsync(cancellationToken) is not { } live)
                {
                    return;
                }

                var watch = await WatchAsync(live);
                while (await WaitForDriftAsync(watch, staging, cancellationToken))
                {
                    await RepairIfDueAsync(live, cancellationToken);
                }
            }
            catch (EdgeSyncException)
            {
                await Task.WhenAny(staging, Task.Delay(RetryPause, monotonic, cancellationToken));
            }
        }
    }

    /// <summary>
    /// Brings the live state back to what the bundle says, and acknowledges what had drifted. Returns what it changed.
    /// </summary>
    public async Task<IReadOnlyList<ObjectChange>> RepairAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        // There is no wait for a bundle that is known to be unhealthy: the site must see a release that mends it.
        var isKnown = machine.Record.LastGoodFailure is not null;
        machine.IsLiveUncertain = false;
        return await ApplyAsync(live, isKnown ? ActivationKind.Recheck : ActivationKind.Repair, cancellationToken) switch
        {
            ActivationOutcome.Healthy healthy => healthy.Changed,
            ActivationOutcome.Waiting { Failure: var site } => throw new ReconciliationException(site.Reason, site.Message) { Hint = site.Hint },
            ActivationOutcome.Failed { Failure: var failure } when !isKnown =>
                throw new ReconciliationException(failure.Reason, failure.Message) { Hint = failure.Hint },
            _ => [],
        };
    }

    /// <summary>
    /// Checks, without waiting, a bundle that was not healthy after a rollback. True where it is healthy now, which is acknowledged.
    /// </summary>
    public async Task<bool> RecheckAsync(LiveBundle live, CancellationToken cancellationToken) =>
        await ApplyAsync(live, ActivationKind.Recheck, cancellationToken) is ActivationOutcome.Healthy;

    /// <summary>Ends the watch: the agent's own changes are no drift.</summary>
    public async Task StopWatchingAsync()
    {
        if (_watch is { } drift)
        {
            _watch = null;
            await drift.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopWatchingAsync();

    private async Task<DriftWatch> WatchAsync(LiveBundle live)
    {
        if (_watch is { } current && current.Bundle.Summary == live.Summary)
        {
            return current;
        }

        await StopWatchingAsync();
        return _watch = new DriftWatch(live, cluster, wake, logger);
    }

    private async Task RepairIfDueAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        while (_watch?.TryTake(out var notice) == true)
        {
            _backoff.Note(notice);
        }

        if (_backoff.IsDue || _isRepairDue || machine.IsLiveUncertain)
        {
            _isRepairDue = true;
            _backoff.Repaired(await RepairAsync(live, cancellationToken));
            _isRepairDue = false;
        }
    }

    // A last-good bundle may recover without any drift: a database comes up, a node has memory again.
    private async Task RecheckIfDueAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        var now = monotonic.GetUtcNow();
        var isHealthy = machine.Record.LastGoodFailure is null;
        if (!isHealthy && now >= (RecheckDue ??= now + _recheckBackoff.Next()))
        {
            RecheckDue = now + _recheckBackoff.Next();
            isHealthy = await RecheckAsync(live, cancellationToken);
        }

        if (isHealthy)
        {
            RecheckDue = null;
            _recheckBackoff.Reset();
        }
    }

    private Task<ActivationOutcome> ApplyAsync(LiveBundle live, ActivationKind kind, CancellationToken cancellationToken)
    {
        var started = monotonic.GetTimestamp();
        return activationLock.RunAsync(
            async () =>
            {
                var outcome = await apply.RunAsync(
                    live, kind, token => activationWatch.KeepContentAsync(machine.FetchLiveAgainAsync, token), cancellationToken);
                if (outcome is ActivationOutcome.Healthy healthy)
                {
                    machine.Confirm(live, healthy, monotonic.GetElapsedTime(started));
                }

                return outcome;
            },
            cancellationToken);
    }

    // True where there is drift; false where the staging has ended.
    private async Task<bool> WaitForDriftAsync(DriftWatch watching, Task staging, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var noticed = watching.WaitAsync(over.Token);
        var due = _backoff.Due is { } at && at - monotonic.GetUtcNow() is var pause
            ? Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, monotonic, over.Token)
            : Task.Delay(Timeout.InfiniteTimeSpan, monotonic, over.Token);
        await Task.WhenAny(staging, noticed, due);
        await over.CancelAsync();
        return !staging.IsCompleted && !cancellationToken.IsCancellationRequested;
    }
}
