using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Makes the snapshots of volumes that a bundle asks for, between the gate and the first write; gives claims their content back before a rollback writes; and deletes
/// snapshots that nothing can roll back to any more.
/// </summary>
internal sealed class SnapshotStep(ICluster cluster, SitePatience patience, IProgress<PipelineProgress> progress, TimeProvider monotonic, ILogger logger)
{
    // Of attempts that failed, so that a person who repairs data finds the last ones.
    private const int KeptAttempts = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Drivers report errors that are gone with their next try.
    private static readonly TimeSpan ErrorGrace = TimeSpan.FromSeconds(15);

    /// <summary>Whether snapshots have to be made before this bundle is activated: not where it would only bring back what is live already.</summary>
    public static bool AreDue(DesiredState bundle, ChannelRecord record) =>
        bundle.Content.Metadata.Snapshots is { Count: > 0 } && (record.LastGood?.Summary.Digest != bundle.Summary.Digest || record.Fingerprint != bundle.Fingerprint);

    /// <summary>
    /// Makes the snapshots and waits until they can be used. Where one cannot be made that the bundle requires, the release waits; where <paramref name="newerCame"/>
    /// ends with true, both results are null. Does nothing twice for one attempt.
    /// </summary>
    public async Task<(IReadOnlyList<SnapshotNote>? Taken, ActivationOutcome.Waiting? Waiting)> TakeAsync(
        StagedBundle bundle, ChannelRecord record, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        var snapshots = cluster.SnapshotsOf(bundle);
        var attempt = record.SnapshotTry!.Attempt;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var newer = newerCame(ending.Token);
        try
        {
            await CleanAsync(bundle, record, cancellationToken);
            var parts = new List<Part>();
            foreach (var request in bundle.Content.Metadata.Snapshots!)
            {
                var part = new Part(request, request.IdOf(bundle.Channel.Namespace), monotonic);
                part.Note(await AskAsync(request, token => snapshots.StartAsync(request, bundle.Summary.Digest.ToString(), attempt, token), cancellationToken));
                parts.Add(part);
            }

            while (parts.Find(part => part is { IsOpen: false, Problem: not null, Request.Optional: false }) is null && parts.Exists(part => part.IsOpen))
            {
                var open = parts.First(part => part.IsOpen);
                progress.Report(new PipelineProgress(bundle.Channel.Name, PipelineStage.Apply, $"snapshot of {open.Claim}: {open.Message}") { WaitingFor = $"the snapshot of {open.Claim}" });
                if (await Task.WhenAny(Task.Delay(Pause, monotonic, ending.Token), newer) == newer && await newer)
                {
                    return (null, null);
                }

                cancellationToken.ThrowIfCancellationRequested();
                foreach (var part in parts.Where(part => part.IsOpen))
                {
                    part.Note(await AskAsync(part.Request, token => snapshots.LookAsync(part.Request, part.Name!, token), cancellationToken));
                }
            }

            return parts.Find(part => part is { Problem: not null, Request.Optional: false }) is { } failed
                ? (null, Wait(failed, snapshots))
                : ([.. parts.Select(part => Describe(part, bundle.Channel.Name)).OfType<SnapshotNote>()], null);
        }
        catch (EdgeSyncException failure) when (ApplyStep.IsOfTheSite(failure))
        {
            return (null, new ActivationOutcome.Waiting(Failure.From(failure)));
        }
        finally
        {
            await ending.CancelAsync();
            await newer.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Gives claims that last-good uses the content of their snapshots back, and says what became of each. Raises a <see cref="ReconciliationException"/> where it cannot go
    /// on now; nothing must be applied before it has.
    /// </summary>
    public async Task<string> RestoreAsync(LiveBundle good, IReadOnlyList<SnapshotNote> notes, CancellationToken cancellationToken)
    {
        var due = notes.Where(note => note is { Restore: true, Name: not null }).ToLookup(note => IsOf(good, note));
        var words = due[false].Select(note => $"{note.Subject} was not restored from the VolumeSnapshot {note.Name}: last-good does not make this claim").ToList();
        if (due[true].Any())
        {
            progress.Report(new PipelineProgress(good.Channel.Name, PipelineStage.Rollback, "restoring volumes from their snapshots") { WaitingFor = "the restore of volumes" });
            List<(ObjectId, string)> claims = [.. due[true].Select(note => (new ObjectId("v1", "PersistentVolumeClaim", note.Namespace, note.Claim), note.Name!))];
            try
            {
                var restored = await patience.RunAsync(token => cluster.SnapshotsOf(good).RestoreAsync(claims, token), newer: null, cancellationToken);
                words.AddRange(restored.Zip(due[true], Describe));
            }
            catch (EdgeSyncException failure)
            {
                throw new ReconciliationException(failure.Reason, $"cannot restore volumes from their snapshots yet: {failure.Message}") { Hint = failure.Hint };
            }
        }

        return string.Join("; ", words);
    }

    /// <summary>
    /// Deletes snapshots of the channel, except those from before last-good, of the try that failed last, and of some tries before. Gives whether some are left; their
    /// failure holds nothing up.
    /// </summary>
    public Task<bool> CleanAsync(StagedBundle next, ChannelRecord record, CancellationToken cancellationToken) =>
        CleanAsync(next, record, KeptAttempts, record.LastGood?.Summary.Digest.ToString(), cancellationToken);

    /// <summary>The same once a bundle is healthy: only those from before it stay.</summary>
    public Task<bool> CleanAsync(LiveBundle live, ChannelRecord record, CancellationToken cancellationToken) =>
        CleanAsync(live, record with { Snapshots = null }, attempts: 0, live.Summary.Digest.ToString(), cancellationToken);

    private async Task<bool> CleanAsync(DesiredState bundle, ChannelRecord record, int attempts, string? content, CancellationToken cancellationToken)
    {
        if (!record.HasSnapshots)
        {
            return false;
        }

        try
        {
            return await cluster.SnapshotsOf(bundle).CleanAsync([.. (record.Snapshots ?? []).Select(note => note.Name).OfType<string>()], content, attempts, cancellationToken);
        }
        catch (EdgeSyncException failure)
        {
            logger.LogNotCleaned(record.Channel, failure.Reason, failure.Message);
            return true;
        }
    }

    // What the cluster refuses about one snapshot is no reason to doubt the bundle.
    private async Task<SnapshotState> AskAsync(SnapshotRequest request, Func<CancellationToken, Task<SnapshotState>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await patience.RunAsync(ask, newer: null, cancellationToken);
        }
        catch (EdgeSyncException failure) when (!ApiReasons.IsOfTheControlPlane(failure.Reason) && (request.Optional || !ApplyStep.IsOfTheSite(failure)))
        {
            return new SnapshotState(SnapshotPhase.Unavailable, failure.Message);
        }
    }

    private static ActivationOutcome.Waiting Wait(Part failed, IVolumeSnapshots snapshots) => new(new Failure(
        failed.IsUnavailable ? ReasonCodes.SnapshotUnavailable : ReasonCodes.SnapshotNotReady,
        $"nothing is changed without a snapshot of {failed.Claim}: {failed.Problem}",
        failed.IsUnavailable
            ? "Install a CSI driver, the snapshot controller and a VolumeSnapshotClass, or release the bundle with 'required: false' for this claim; the release goes on by itself."
            : "Look at the VolumeSnapshot and at the snapshot controller; another try makes another snapshot."))
    {
        HasGone = failed.IsUnavailable ? async token => (await snapshots.CheckAsync(failed.Request, token)).Phase != SnapshotPhase.Unavailable : null,
    };

    private SnapshotNote? Describe(Part part, string channel)
    {
        if (part.Problem is { } problem)
        {
            logger.LogNoSnapshot(channel, part.Claim.ToString(), problem);
        }
        else if (part.Name is not null)
        {
            logger.LogSnapshot(channel, part.Name, part.Claim.ToString());
        }

        return part is { Name: null, Problem: null } ? null : new SnapshotNote(part.Claim.Namespace!, part.Claim.Name)
        {
            Name = part.Problem is null ? part.Name : null,
            TakenAt = part.TakenAt,
            Restore = part.Request.Restore,
            Problem = part.Problem,
        };
    }

    private static string Describe(ClaimRestore result, SnapshotNote note)
    {
        if (result.Obstacle is { } obstacle)
        {
            return $"{note.Subject} was not restored from the VolumeSnapshot {note.Name}: {obstacle}";
        }

        var kept = result.KeptVolumes.Count == 0 ? "" : $", and PersistentVolume {string.Join(", ", result.KeptVolumes)} keeps what the failed release wrote";
        return $"{note.Subject} has its content{SnapshotNote.Since(result.TakenAt ?? note.TakenAt)} back from the VolumeSnapshot {note.Name}{kept}";
    }

    private static bool IsOf(LiveBundle good, SnapshotNote note) =>
        ClaimOwners.Find(good.Content.Objects.Where(item => (item.Namespace ?? good.Channel.Namespace) == note.Namespace), note.Claim) is not null;

    // One snapshot on its way.
    private sealed class Part(SnapshotRequest request, ObjectId claim, TimeProvider monotonic)
    {
        private readonly long _started = monotonic.GetTimestamp();
        private long? _failing;

        public SnapshotRequest Request => request;

        public ObjectId Claim => claim;

        public bool IsOpen { get; private set; }

        public string? Problem { get; private set; }

        public bool IsUnavailable { get; private set; }

        public string? Name { get; private set; }

        public DateTimeOffset? TakenAt { get; private set; }

        public string Message { get; private set; } = "";

        public void Note(SnapshotState state)
        {
            (Name, TakenAt, Message) = (state.Name, state.TakenAt, state.Message);
            _failing = state.Phase == SnapshotPhase.Failing ? _failing ?? monotonic.GetTimestamp() : null;
            IsUnavailable = state.Phase == SnapshotPhase.Unavailable;
            Problem = IsUnavailable ? state.Message
                : _failing is { } since && monotonic.GetElapsedTime(since) >= ErrorGrace ? $"its driver reports: {state.Message}"
                : state.Phase is SnapshotPhase.Pending or SnapshotPhase.Failing && monotonic.GetElapsedTime(_started) >= request.Limit
                    ? string.Create(CultureInfo.InvariantCulture, $"it could not be used within {request.Limit.TotalSeconds:0} s: {state.Message}")
                : null;
            IsOpen = Problem is null && state.Phase is SnapshotPhase.Pending or SnapshotPhase.Failing;
        }
    }
}
