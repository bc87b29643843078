using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// A hint that an object may have drifted; a diff and a repair follow. The manager is the one that changed it last, or null if the API server
/// does not say.
/// </summary>
public sealed record DriftNotice(ObjectId Id, DriftKind Kind, string? Manager = null)
{
    /// <summary>How the manager wrote it: <c>Apply</c> or <c>Update</c>; or null.</summary>
    public string? Operation { get; init; }

    /// <summary>When the manager wrote it, as the API server writes times; or null.</summary>
    public string? Time { get; init; }

    /// <summary>Who did it, for people: <c>'kubectl-edit' (Update, 2026-11-30T09:00:00Z)</c>; null where nobody is known.</summary>
    public string? Author => Manager is null ? null
        : string.Join(", ", new[] { Operation, Time }.OfType<string>()) is { Length: > 0 } how ? $"'{Manager}' ({how})"
        : $"'{Manager}'";
}
