using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>What a prune would delete, in that order, and how many members the ApplySet has now.</summary>
public sealed record PrunePlan(ApplyRequest Request, IReadOnlyList<PruneCandidate> Candidates, int MemberCount)
{
    /// <summary>How many of the members are of each kind. Default: not known.</summary>
    public IReadOnlyDictionary<string, int> MembersByKind { get; init; } = new Dictionary<string, int>();

    /// <summary>Members that are not wanted either, and stay: their manifest forbade that they are pruned.</summary>
    public IReadOnlyList<ObjectId> Kept { get; init; } = [];

    /// <summary>The objects of the request as they are named in the cluster.</summary>
    public IReadOnlyList<ObjectId> Wanted { get; init; } = [];

    /// <summary>Objects of the request that another ApplySet of the request has, with that one's name.</summary>
    public IReadOnlyList<(ObjectId Id, string Set)> OfOthers { get; init; } = [];

    /// <summary>All members that are not wanted: those that a prune may delete and those that stay.</summary>
    public IReadOnlyList<ObjectId> Unwanted { get; init; } = [];
}
