using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// Which kinds are namespaced, as far as that is known without a cluster: those of Kubernetes itself, and those of the bundle's own
/// CustomResourceDefinitions.
/// </summary>
internal sealed class ObjectScopes
{
    private static readonly HashSet<string> ClusterKinds = new(StringComparer.Ordinal)
    {
        "Namespace", "Node", "PersistentVolume", "ComponentStatus",
        "CustomResourceDefinition.apiextensions.k8s.io",
        "APIService.apiregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "MutatingAdmissionPolicy.admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "CertificateSigningRequest.certificates.k8s.io",
        "ClusterTrustBundle.certificates.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "DeviceClass.resource.k8s.io",
        "ResourceSlice.resource.k8s.io",
        "FlowSchema.flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
        "IngressClass.networking.k8s.io",
        "IPAddress.networking.k8s.io",
        "ServiceCIDR.networking.k8s.io",
        "PodSecurityPolicy.policy",
        "PriorityClass.scheduling.k8s.io",
        "RuntimeClass.node.k8s.io",
        "CSIDriver.storage.k8s.io",
        "CSINode.storage.k8s.io",
        "StorageClass.storage.k8s.io",
        "VolumeAttachment.storage.k8s.io",
        "VolumeAttributesClass.storage.k8s.io",
    };

    // Other groups below k8s.io (gateway.networking.k8s.io, snapshot.storage.k8s.io) are custom, and have kinds of both scopes.
    private static readonly HashSet<string> BuiltInGroups = new(StringComparer.Ordinal)
    {
        "", "apps", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io",
        "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "resource.k8s.io", "certificates.k8s.io", "node.k8s.io",
        "scheduling.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
    };

    private readonly Dictionary<string, bool> _custom = new(StringComparer.Ordinal);

    /// <summary>Learns the kinds that these objects define.</summary>
    public ObjectScopes(IEnumerable<KubernetesObject> objects)
    {
        foreach (var definition in objects.Where(item => item.Id.GroupKind == "CustomResourceDefinition.apiextensions.k8s.io"))
        {
            if (definition.Json["spec"] is JsonObject spec && TextOf(spec["group"]) is { } group && TextOf((spec["names"] as JsonObject)?["kind"]) is { } kind)
            {
                _custom[$"{kind}.{group}"] = TextOf(spec["scope"]) == "Cluster";
            }
        }
    }

    /// <summary>True for a kind of the whole cluster, false for one of namespaces, null where only a cluster could tell.</summary>
    public bool? IsClusterScoped(ObjectId id) =>
        ClusterKinds.Contains(id.GroupKind) ? true
        : _custom.TryGetValue(id.GroupKind, out var isCluster) ? isCluster
        : BuiltInGroups.Contains(id.Group) ? false
        : null;

    /// <summary>The namespace that the object lands in: its own, or the component's; none for a kind of the whole cluster.</summary>
    public string? NamespaceOf(KubernetesObject item, string? componentNamespace) =>
        IsClusterScoped(item.Id) == true ? null : item.Namespace ?? componentNamespace;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
