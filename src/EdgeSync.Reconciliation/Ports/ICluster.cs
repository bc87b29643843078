using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>
/// The local cluster. Only a <see cref="DesiredState"/> can be written to it. Each method raises an
/// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the cluster does not answer.
/// </summary>
public interface ICluster
{
    /// <summary>The cluster's version, <c>v1.31.4+k3s1</c>.</summary>
    Task<string> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>An identifier that changes when the cluster is installed again; null while the cluster has none.</summary>
    Task<string?> GetIdentityAsync(CancellationToken cancellationToken);

    /// <summary>Begins to change the cluster to what the bundle says; sends nothing yet.</summary>
    IClusterChange Begin(DesiredState bundle);

    /// <summary>
    /// Begins to run hooks of a bundle; sends nothing yet. Of the bundle's objects, the change has these and no others.
    /// </summary>
    IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs);

    /// <summary>The snapshots of volumes that the bundle's channel makes.</summary>
    IVolumeSnapshots SnapshotsOf(DesiredState bundle);

    /// <summary>What the cluster has from this channel and the bundle does not have; writes nothing.</summary>
    Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken);

    /// <summary>Deletes what the plan for this bundle says. The caller has checked it with <see cref="PrunePolicy"/>.</summary>
    Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken);

    /// <summary>
    /// Reports, until cancelled, each time that somebody else changed an object of the bundle. Never ends by itself; reconnects as often as needed.
    /// </summary>
    IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, CancellationToken cancellationToken);
}

/// <summary>
/// One change of the cluster to what a bundle says, component by component. It is safe to begin it again at any time: what is done is found done.
/// </summary>
public interface IClusterChange
{
    /// <summary>Tries all objects of the bundle by dry run and writes nothing. The result has what the cluster refuses.</summary>
    Task<ApplyResult> TryAsync(CancellationToken cancellationToken);

    /// <summary>Why the cluster would not take this one object now, by dry run; null where it would. Only after the bundle was tried or applied.</summary>
    Task<EdgeSyncException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken);

    /// <summary>
    /// Applies the objects of these components as one set in the order of their kinds. The first call tries all objects of the bundle, unless they were
    /// tried just before: if the cluster refuses one, nothing is written. The result has one entry for each object.
    /// </summary>
    Task<ApplyResult> ApplyAsync(
        IReadOnlyList<BundleComponent> components, IProgress<ObjectChange> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the Job of a hook and says what was done, as one entry of an <see cref="ApplyResult"/>: it is unchanged where this attempt has started it already.
    /// Null where the hook does not run, because it ran for this content in an earlier attempt. Only after <see cref="ApplyAsync"/>.
    /// </summary>
    Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken);

    /// <summary>Why a hook that was started has not ended well; null where it has, which is durable then.</summary>
    Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken);

    /// <summary>Ends the Job of a hook that was started, for a limited time; it stays in the cluster as a failed one.</summary>
    Task StopHookAsync(Hook hook, CancellationToken cancellationToken);

    /// <summary>
    /// Where live objects are not what the bundle says, one line for each (what somebody edited, and what is left over), and what the cluster has from this
    /// channel and the bundle does not have. Writes nothing.
    /// </summary>
    Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Brings single objects of a bundle that is live back, and reads and writes nothing else. What the cluster does not take now is in the result.
    /// </summary>
    Task<RestoreResult> RestoreAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken);

    /// <summary>The keys of the applied objects that the API server's answers have shown to be healthy.</summary>
    IReadOnlySet<string> Healthy { get; }

    /// <summary>The component's objects as the cluster names them; only after they were applied.</summary>
    IReadOnlyList<ObjectId> Identify(BundleComponent component);

    /// <summary>
    /// Waits until the healthy groups are enough, an object of one of the groups cannot become healthy any more, or the deadline of one of them passes.
    /// </summary>
    Task<HealthOutcome> AwaitHealthAsync(
        IReadOnlyList<HealthGroup> groups,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<ObjectHealth> progress,
        CancellationToken cancellationToken);

    /// <summary>The last warnings about these objects and the last lines of their containers' logs, bounded; none where they cannot be read.</summary>
    Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken);
}
