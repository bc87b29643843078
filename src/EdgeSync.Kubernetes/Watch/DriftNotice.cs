using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// A hint that an object may not be as it should be any more, to be followed by a diff and a repair. The manager is who changed it last, or null
/// where that cannot be seen.
/// </summary>
public sealed record DriftNotice(ObjectId Id, DriftKind Kind, string? Manager = null);
