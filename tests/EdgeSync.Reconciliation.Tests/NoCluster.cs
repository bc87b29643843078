using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>A cluster that nobody must ask; a test overrides what it needs.</summary>
internal class NoCluster : ICluster
{
    public virtual Task<string> GetVersionAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task<string?> GetIdentityAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

    public IClusterChange Begin(DesiredState bundle) => throw new InvalidOperationException();

    public IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs) => throw new InvalidOperationException();

    public IVolumeSnapshots SnapshotsOf(DesiredState bundle) => throw new InvalidOperationException();

    public Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();
}
