using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// A hint that an object may have drifted; a diff and a repair follow. The manager is the one that changed it last, or null if the API server
/// does not say.
/// </summary>
public sealed record DriftNotice(ObjectId Id, DriftKind Kind, string? Manager = null);
