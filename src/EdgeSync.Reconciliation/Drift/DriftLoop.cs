using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>
/// Keeps what is live as it should be: watches it, repairs it after a start, writes single objects again that drifted, and checks a last-good bundle again
/// that was not healthy after a rollback. The worker runs one round of it in each pass of its keeper. Used by one caller at a time.
/// </summary>
internal sealed class DriftLoop(
    ChannelStateMachine machine,
    ApplyStep apply,
    HookStep hooks,
    ActivationLock activationLock,
    ChannelTurn turn,
    ClusterGuard guard,
    LiveWatch watch,
    TimeProvider monotonic,
    Random random) : IAsyncDisposable
{
    private readonly DriftBackoff _backoff = new(monotonic);
    private readonly Backoff _recheckBackoff = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5), random);

    // What was written and is not known to be healthy yet, by the object's key.
    private readonly Dictionary<string, ObjectRestore> _unconfirmed = new(StringComparer.Ordinal);
    private AcknowledgedRelease? _kept;
    private bool _isRepairDue = true;

    /// <summary>When the next repair of drift is due, or null.</summary>
    public DateTimeOffset? RepairDue => _backoff.Due;

    /// <summary>When an unhealthy last-good bundle is checked again, or null.</summary>
    public DateTimeOffset? RecheckDue { get; private set; }

    /// <summary>
    /// One round, while the follower changes nothing. Raises an <see cref="EdgeSyncException"/> when the cluster does not answer, or somebody keeps changing
    /// an object.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var keeping = await turn.KeepAsync(cancellationToken);
        if (await machine.Live.GetAsync(cancellationToken) is not { } live)
        {
            return;
        }

        await WatchAsync(live);
        await RepairIfDueAsync(live, cancellationToken);
        await RecheckIfDueAsync(live, cancellationToken);
        live.Content.Content.Compact();

        // It runs as it should; but somebody does not leave it alone.
        if (_backoff.FindFight() is { } fight)
        {
            throw fight;
        }
    }

    /// <summary>
    /// Brings the whole live state back to what the bundle says, and acknowledges what had drifted. Returns what it changed; null where drift or the follower
    /// broke off the wait for health.
    /// </summary>
    public async Task<IReadOnlyList<ObjectChange>?> RepairAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        // There is no wait for a bundle that is known to be unhealthy: the site must see a release that mends it. In another cluster, nothing is known.
        var isKnown = machine.Record is { LastGoodFailure: not null, RebuildAttempt: null };
        var wasUncertain = machine.Live.IsUncertain;
        machine.Live.IsUncertain = false;
        var outcome = await ApplyAsync(live, isKnown ? ActivationKind.Recheck : ActivationKind.Repair, cancellationToken);
        machine.Live.IsUncertain |= wasUncertain && outcome is ActivationOutcome.Superseded;
        return ChangesOf(outcome, isKnown);
    }

    /// <summary>Checks, without waiting, a bundle that was not healthy after a rollback. True where it is healthy now, which is acknowledged.</summary>
    public async Task<bool> RecheckAsync(LiveBundle live, CancellationToken cancellationToken) =>
        await ApplyAsync(live, ActivationKind.Recheck, cancellationToken) is ActivationOutcome.Healthy;

    /// <summary>
    /// The follower changes the cluster: ends the watch, since the agent's own changes are no drift. What others do until there is a new watch is found by a
    /// repair, except where this process ends now. Only while the keeper does not have its turn.
    /// </summary>
    public Task BeginChangeAsync()
    {
        _isRepairDue = watch.IsPossible;
        return watch.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        turn.Dispose();
    }

    private async Task WatchAsync(LiveBundle live)
    {
        if (_kept != live.Summary)
        {
            _kept = live.Summary;
            _unconfirmed.Clear();
        }

        await watch.BeginAsync(live);
    }

    private async Task RepairIfDueAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        IReadOnlyList<ObjectChange>? changes;
        EdgeSyncException? failure;
        do
        {
            NoteDrift();
            failure = await RestoreIfDueAsync(live, cancellationToken);
            changes = _isRepairDue || _backoff.IsDue || machine.Live.IsUncertain
                ? await RepairAllAsync(live, cancellationToken)
                : await ConfirmAsync(live, cancellationToken);
        }
        while (changes is null && !turn.Wanted.IsCompleted);

        if (failure is not null)
        {
            throw failure;
        }
    }

    // Of a bundle that is complete and healthy, the objects that drifted are written, and no others.
    private async Task<EdgeSyncException?> RestoreIfDueAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        if (!_backoff.IsDue || machine.Live.IsUncertain || machine.Record.LastGoodFailure is not null)
        {
            return null;
        }

        var drifted = _backoff.Take(all: false);
        RestoreResult result;
        try
        {
            result = await apply.RestoreAsync(live, drifted, cancellationToken);
        }
        catch (EdgeSyncException failure)
        {
            _isRepairDue |= failure.Reason == ReasonCodes.ClusterReplaced; // Everything is missing there.
            _backoff.PutBack(drifted);
            return failure;
        }

        var failed = result.Objects.Where(restore => restore.Change?.Failure is not null).ToList();
        var restored = result.Objects.Except(failed).ToList();
        foreach (var restore in restored)
        {
            _unconfirmed[restore.Id.Key] = restore with { Change = restore.Change ?? _unconfirmed.GetValueOrDefault(restore.Id.Key)?.Change };
        }

        _isRepairDue |= !result.IsEnough;
        _backoff.Repaired([.. drifted.Except(failed.Select(restore => restore.Id))], [.. restored.Select(restore => restore.Change).OfType<ObjectChange>()]);
        _backoff.PutBack([.. failed.Select(restore => restore.Id)]);
        return failed.Select(restore => restore.Change!.Failure).FirstOrDefault();
    }

    private async Task<IReadOnlyList<ObjectChange>?> RepairAllAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        _isRepairDue = true;
        var drifted = _backoff.Take(all: true);
        try
        {
            await guard.CheckAsync(cancellationToken);
            var changes = await RepairAsync(live, cancellationToken);
            _backoff.Repaired(drifted, changes ?? []);
            _isRepairDue = changes is null;
            return changes;
        }
        catch
        {
            _backoff.PutBack(drifted);
            throw;
        }
    }

    // Waits for the health of what was restored, and acknowledges it.
    private async Task<IReadOnlyList<ObjectChange>?> ConfirmAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        if (_unconfirmed.Count == 0)
        {
            return [];
        }

        var started = monotonic.GetTimestamp();
        var restores = _unconfirmed.Values.ToList();
        List<ObjectChange> changed = [.. restores.Select(restore => restore.Change).OfType<ObjectChange>()];
        Digest? fingerprint = machine.Record.Fingerprint == live.Fingerprint
            ? LiveFingerprint.With(live.Fingerprint, [.. restores.Select(restore => restore.Deviation).OfType<string>()])
            : null;
        return ChangesOf(Take(live, await apply.ConfirmAsync(live, changed, fingerprint, IsNeededAsync, cancellationToken), started), isKnown: false);
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

    // Another channel may have the lock until its release is healthy: single objects do not wait for that.
    private async Task<ActivationOutcome> ApplyAsync(LiveBundle live, ActivationKind kind, CancellationToken cancellationToken)
    {
        var started = monotonic.GetTimestamp();
        return await activationLock.TryRunAsync(
            async () => Take(live, await hooks.RepairAsync(live, kind, machine.Record.RebuildAttempt, IsNeededAsync, cancellationToken), started), IsNeededAsync, cancellationToken)
            ?? new ActivationOutcome.Superseded([]);
    }

    // Acknowledges what was changed once it is healthy; remembers it until then.
    private ActivationOutcome Take(LiveBundle live, ActivationOutcome outcome, long started)
    {
        switch (outcome)
        {
            case ActivationOutcome.Healthy healthy:
                var earlier = _unconfirmed.Values.Select(restore => restore.Change).OfType<ObjectChange>();
                outcome = healthy with { Changed = [.. healthy.Changed.UnionBy(earlier, change => change.Id.Key)], FindAuthor = _backoff.FindAuthor };
                machine.Live.Confirm(live, (ActivationOutcome.Healthy)outcome, monotonic.GetElapsedTime(started));
                _unconfirmed.Clear();
                break;

            case ActivationOutcome.Failed:
                machine.Live.FailRebuild();
                break;

            case ActivationOutcome.Superseded superseded:
                foreach (var change in superseded.Changed)
                {
                    _unconfirmed.TryAdd(change.Id.Key, new ObjectRestore(change.Id, change, Deviation: null, IsEnough: true));
                }

                break;
        }

        return outcome;
    }

    private static IReadOnlyList<ObjectChange>? ChangesOf(ActivationOutcome outcome, bool isKnown) => outcome switch
    {
        ActivationOutcome.Healthy healthy => healthy.Changed,
        ActivationOutcome.Superseded => null,
        ActivationOutcome.Waiting { Failure: var site } => throw new ReconciliationException(site.Reason, site.Message) { Hint = site.Hint },
        ActivationOutcome.Failed { Failure: var failure } when !isKnown =>
            throw new ReconciliationException(failure.Reason, failure.Message) { Hint = failure.Hint },
        _ => [],
    };

    private void NoteDrift()
    {
        while (watch.TryTake(out var notice))
        {
            _backoff.Note(notice);
        }
    }

    // True once more drift is due, or the follower asks for its turn: neither waits until what was written before is healthy.
    private async Task<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            NoteDrift();
            if (_backoff.IsDue || turn.Wanted.IsCompleted)
            {
                return true;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = _backoff.Due is { } at ? TimeSpan.FromTicks(Math.Max(0, (at - monotonic.GetUtcNow()).Ticks)) : Timeout.InfiniteTimeSpan;
            var drift = watch.WaitAsync(over.Token);
            await Task.WhenAny(turn.Wanted, drift, Task.Delay(pause, monotonic, over.Token));
            await over.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
