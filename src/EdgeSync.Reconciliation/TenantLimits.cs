using System.Globalization;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Reconciliation;

/// <summary>What a channel may bring that belongs to a tenant of the site, whose bundles the site's owner does not review.</summary>
public sealed record TenantLimits
{
    /// <summary>The user name of the service account as which the channel's objects are written; null for the agent's own login.</summary>
    public string? Account { get; init; }

    /// <summary>The namespaces in which it may have objects, and which it may create.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }

    /// <summary>The kinds without a namespace that it may have besides its namespaces: <c>ClusterRole.rbac.authorization.k8s.io</c>. Default: none.</summary>
    public IReadOnlyList<string> ClusterKinds { get; init; } = [];

    /// <summary>The kinds that it may not have in its namespaces: <c>Secret</c>, <c>DaemonSet.apps</c>. Default: none.</summary>
    public IReadOnlyList<string> ForbiddenKinds { get; init; } = [];

    /// <summary>The most objects that a bundle may have; null for any number.</summary>
    public int? MaxObjects { get; init; }

    /// <summary>What stands against objects of these names, as they are named in the cluster; one sentence for each of them that may not be there.</summary>
    public IReadOnlyList<string> FindObjections(IReadOnlyList<ObjectId> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        List<string> found = [];
        if (MaxObjects is { } most && objects.Count > most)
        {
            found.Add(string.Create(CultureInfo.InvariantCulture, $"it has {objects.Count} objects, and may have {most}"));
        }

        found.AddRange(objects.Select(id => (id, Problem: FindProblem(id))).Where(item => item.Problem is not null).Select(item => $"{item.id}: {item.Problem}"));
        return found;
    }

    private string? FindProblem(ObjectId id) =>
        ForbiddenKinds.Contains(id.GroupKind) ? $"it may not bring {id.GroupKind}"
        : id.GroupKind == "Namespace" ? (Namespaces.Contains(id.Name) ? null : $"this namespace is not one of {string.Join(", ", Namespaces)}")
        : id.Namespace is null ? (ClusterKinds.Contains(id.GroupKind) ? null : "it may not bring objects of the whole cluster of this kind")
        : Namespaces.Contains(id.Namespace) ? null : $"it may only have objects in {string.Join(", ", Namespaces)}";
}
