using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>One object that is not as it should be: missing altogether, or with these fields.</summary>
public sealed record ObjectDrift(ObjectId Id, bool IsMissing, IReadOnlyList<FieldChange> Fields);
