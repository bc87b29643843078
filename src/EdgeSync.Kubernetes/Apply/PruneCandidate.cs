using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>One live object that is no longer wanted, with the uid that it must still have when it is deleted.</summary>
public sealed record PruneCandidate(ObjectId Id, string Uid);
