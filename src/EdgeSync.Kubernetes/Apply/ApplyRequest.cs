using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// The desired state of one ApplySet: its name and the namespace of its parent object (the inventory, a ConfigMap of that name), the
/// namespace for objects that name none, and all objects.
/// </summary>
public sealed record ApplyRequest(
    string ApplySetName, string ParentNamespace, string DefaultNamespace, IReadOnlyList<KubernetesObject> Objects)
{
    /// <summary>How to apply.</summary>
    public ApplyOptions Options { get; init; } = new();

    /// <summary>
    /// Whether an object is certainly valid, by rules that need no cluster; a new object of which that is known is not tried by dry run. Default: null,
    /// nothing is known.
    /// </summary>
    public Func<KubernetesObject, bool>? IsValid { get; init; }

    /// <summary>Jobs that are no objects to apply and keep, and that a prune leaves alone as well.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <summary>What each hook runs once for: the same text for the same bundle.</summary>
    public string Content { get; init; } = "";

    /// <summary>Whether the hooks are tried by dry run together with the objects. Default: false; what is repaired runs none.</summary>
    public bool TriesHooks { get; init; }

    /// <summary>The names of the site's other ApplySets, with parents in the same namespace. What they have must not be taken from them.</summary>
    public IReadOnlyList<string> OtherSets { get; init; } = [];
}
