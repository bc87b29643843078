using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Agent.Cluster;

/// <summary>Deletes what EdgeSync has applied at this site, channel by channel, as a prune to nothing.</summary>
internal sealed class WorkloadRemoval(KubernetesClient client, string inventoryNamespace, TimeProvider time)
{
    private readonly ClusterApplier _applier = new(client, time);

    /// <summary>
    /// What would be deleted, for each inventory in the cluster, also of channels that are no longer configured. Without <paramref name="withData"/>, objects
    /// that hold data stay (<see cref="PrunePolicy.IsPrecious"/>). Throws <see cref="KubernetesApiException"/> if the cluster cannot be reached.
    /// </summary>
    public async Task<IReadOnlyList<PrunePlan>> PlanAsync(bool withData, CancellationToken cancellationToken)
    {
        var plans = new List<PrunePlan>();
        foreach (var name in await FindInventoriesAsync(cancellationToken))
        {
            var plan = await _applier.PlanPruneAsync(new ApplyRequest(name, inventoryNamespace, inventoryNamespace, []), cancellationToken);
            plans.Add(withData ? plan : plan with { Candidates = [.. plan.Candidates.Where(candidate => !PrunePolicy.IsPrecious(candidate.Id))] });
        }

        return plans;
    }

    /// <summary>Deletes what a plan says, and the inventory once none of its members is left.</summary>
    public async Task<ApplyResult> RunAsync(PrunePlan plan, IProgress<ObjectChange> progress, CancellationToken cancellationToken)
    {
        var result = await _applier.PruneAsync(plan, progress, cancellationToken);
        var inventory = new ObjectId("v1", "ConfigMap", inventoryNamespace, plan.Request.ApplySetName);
        if (result.IsComplete && plan.Candidates.Count == plan.MemberCount
            && (await client.GetAsync(inventory, cancellationToken)).Text("metadata", "uid") is { } uid)
        {
            await client.DeleteAsync(inventory, uid, Propagation.Background, cancellationToken);
        }

        return result;
    }

    private async Task<IReadOnlyList<string>> FindInventoriesAsync(CancellationToken cancellationToken)
    {
        var type = (await client.FindTypeAsync("v1", "ConfigMap", cancellationToken))!;
        var selection = new ListSelection { LabelSelector = ApplySet.IdLabel, MetadataOnly = true };
        return
        [
            .. (await client.ListAsync(type, selection, cancellationToken)).Items
                .Where(item => item.Text("metadata", "namespace") == inventoryNamespace
                    && item.Text("metadata", "annotations", ApplySet.ToolingAnnotation)?.Split('/')[0] == ApplySet.ToolingName)
                .Select(item => item.Text("metadata", "name")!)
                .Order(StringComparer.Ordinal),
        ];
    }
}
