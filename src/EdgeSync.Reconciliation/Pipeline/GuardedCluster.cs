using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// The cluster of a site that a person rebuilds: each trial and each write asks the <see cref="ClusterGuard"/> first, so that no step can forget it. Reading
/// is free.
/// </summary>
internal sealed class GuardedCluster(ICluster cluster, ClusterGuard guard) : ICluster
{
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => cluster.GetVersionAsync(cancellationToken);

    public Task<string?> GetIdentityAsync(CancellationToken cancellationToken) => cluster.GetIdentityAsync(cancellationToken);

    public IClusterChange Begin(DesiredState bundle) => new Change(cluster.Begin(bundle), guard);

    public IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs) => new Change(cluster.BeginHooks(bundle, needs), guard);

    public IVolumeSnapshots SnapshotsOf(DesiredState bundle) => new Snapshots(cluster.SnapshotsOf(bundle), guard);

    public Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken) => cluster.PlanPruneAsync(bundle, cancellationToken);

    public async Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken)
    {
        await guard.CheckAsync(cancellationToken);
        return await cluster.PruneAsync(bundle, plan, cancellationToken);
    }

    public IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, CancellationToken cancellationToken) =>
        cluster.WatchDriftAsync(bundle, cancellationToken);

    private sealed class Snapshots(IVolumeSnapshots snapshots, ClusterGuard guard) : IVolumeSnapshots
    {
        public Task<SnapshotState> CheckAsync(SnapshotRequest request, CancellationToken cancellationToken) => snapshots.CheckAsync(request, cancellationToken);

        public async Task<SnapshotState> StartAsync(SnapshotRequest request, string content, string attempt, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await snapshots.StartAsync(request, content, attempt, cancellationToken);
        }

        public Task<SnapshotState> LookAsync(SnapshotRequest request, string name, CancellationToken cancellationToken) => snapshots.LookAsync(request, name, cancellationToken);

        public async Task<IReadOnlyList<ClaimRestore>> RestoreAsync(IReadOnlyList<(ObjectId Claim, string Snapshot)> claims, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await snapshots.RestoreAsync(claims, cancellationToken);
        }

        public async Task<bool> CleanAsync(IReadOnlyCollection<string> names, string? content, int attempts, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await snapshots.CleanAsync(names, content, attempts, cancellationToken);
        }
    }

    private sealed class Change(IClusterChange change, ClusterGuard guard) : IClusterChange
    {
        public async Task<ApplyResult> TryAsync(CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.TryAsync(cancellationToken);
        }

        public async Task<EdgeSyncException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.TryAgainAsync(id, cancellationToken);
        }

        public async Task<ApplyResult> ApplyAsync(
            IReadOnlyList<BundleComponent> components, IProgress<ObjectChange> progress, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.ApplyAsync(components, progress, cancellationToken);
        }

        public async Task<RestoreResult> RestoreAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.RestoreAsync(drifted, cancellationToken);
        }

        public async Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.StartHookAsync(hook, moment, attempt, cancellationToken);
        }

        public async Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            return await change.FinishHookAsync(hook, moment, attempt, cancellationToken);
        }

        public async Task StopHookAsync(Hook hook, CancellationToken cancellationToken)
        {
            await guard.CheckAsync(cancellationToken);
            await change.StopHookAsync(hook, cancellationToken);
        }

        public Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken) =>
            change.InspectAsync(cancellationToken);

        public IReadOnlySet<string> Healthy => change.Healthy;

        public IReadOnlyList<ObjectId> Identify(BundleComponent component) => change.Identify(component);

        public Task<HealthOutcome> AwaitHealthAsync(
            IReadOnlyList<HealthGroup> groups,
            Func<IReadOnlySet<string>, bool> isEnough,
            IProgress<ObjectHealth> progress,
            CancellationToken cancellationToken) => change.AwaitHealthAsync(groups, isEnough, progress, cancellationToken);

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken) =>
            change.ExplainAsync(unhealthy, cancellationToken);
    }
}
