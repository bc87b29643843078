using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Planning;

/// <summary>Which snapshots of volumes the activation of a bundle would make.</summary>
internal static class SnapshotPlanner
{
    public static async Task<IReadOnlyList<PlannedSnapshot>> PlanAsync(
        IVolumeSnapshots snapshots, PlanInput input, ChannelSubscription channel, bool hasChanges, CancellationToken cancellationToken)
    {
        var planned = new List<PlannedSnapshot>();
        foreach (var request in input.Snapshots)
        {
            var state = hasChanges ? await CheckAsync(snapshots, request, cancellationToken) : new SnapshotState(SnapshotPhase.NotNeeded, "nothing changes");
            planned.Add(new PlannedSnapshot
            {
                Namespace = request.IdOf(channel.Namespace).Namespace!,
                Claim = request.Claim,
                Made = state.Phase == SnapshotPhase.Pending,
                Restored = state.Phase == SnapshotPhase.Pending && request.Restore,
                Message = state.Phase == SnapshotPhase.Pending ? null : state.Message,
                Waits = state.Phase == SnapshotPhase.Unavailable && !request.Optional,
            });
        }

        return planned;
    }

    /// <summary>Whether activating the bundle of this plan would change something.</summary>
    public static bool HasChanges(this ChannelPlan plan) => plan.Counts is { Created: > 0 } or { Configured: > 0 } or { Recreated: > 0 } or { Deleted: > 0 }
        || plan.Hooks?.Any(hook => hook.Runs && hook.Hook != HookMoment.OnRollback.Name()) == true;

    private static async Task<SnapshotState> CheckAsync(IVolumeSnapshots snapshots, SnapshotRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await snapshots.CheckAsync(request, cancellationToken);
        }
        catch (KubernetesApiException failure)
        {
            return new SnapshotState(SnapshotPhase.Unavailable, failure.Message);
        }
    }
}
