using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>A hint that an object may not be as it should be any more, to be followed by a diff and a repair.</summary>
public sealed record DriftNotice(ObjectId Id, DriftKind Kind);
