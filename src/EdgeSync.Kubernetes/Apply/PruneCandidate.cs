using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>One live object that is no longer wanted, with the uid that it must still have when it is deleted.</summary>
public sealed record PruneCandidate(ObjectId Id, string Uid)
{
    /// <summary>Whether another object comes in its place under a new name, so that nothing is lost. Default: false.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Whether it is a Job that ran as a hook: its work is done, so that nothing is lost. Default: false.</summary>
    public bool IsHook { get; init; }
}
