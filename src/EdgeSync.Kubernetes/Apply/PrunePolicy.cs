using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Decides whether a prune may run without a release that allows destruction; a pure function of the plan.</summary>
public sealed record PrunePolicy
{
    private static readonly string[] Precious =
        ["Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition.apiextensions.k8s.io"];

    /// <summary>The largest part of the members that may go at once. Default: 0.25.</summary>
    public double MaxShare { get; init; } = 0.25;

    /// <summary>Whether deleting such an object takes with it what cannot be made again.</summary>
    public static bool IsPrecious(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Precious.Contains(id.GroupKind);
    }

    /// <summary>Why the plan needs permission, one sentence each; empty if it needs none.</summary>
    public IReadOnlyList<string> Objections(PrunePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var objections = plan.Candidates
            .Where(candidate => IsPrecious(candidate.Id))
            .Select(candidate => $"{candidate.Id} would be deleted, and what it holds with it")
            .ToList();
        if (plan.Request.Objects.Count == 0)
        {
            objections.Add("the desired state is empty");
        }

        if (plan.Candidates.Count > MaxShare * plan.MemberCount)
        {
            objections.Add($"{plan.Candidates.Count} of {plan.MemberCount} objects would be deleted; at most {MaxShare:P0} may be");
        }

        return objections;
    }
}
