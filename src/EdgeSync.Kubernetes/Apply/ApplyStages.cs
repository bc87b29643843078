using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The order in which kinds are applied; prune goes the other way.</summary>
internal static class ApplyStages
{
    public const int Namespaces = 0;
    public const int Definitions = 1;
    private const int ClusterBasics = 2;
    private const int Prerequisites = 3;
    private const int Bindings = 4;
    private const int Services = 5;
    private const int Workloads = 6;
    private const int Interceptors = 7;

    /// <summary>The stage of a kind; whatever is not named comes with the workloads.</summary>
    public static int Of(ObjectId id) => id.GroupKind switch
    {
        "Namespace" => Namespaces,
        "CustomResourceDefinition.apiextensions.k8s.io" => Definitions,
        "ClusterRole.rbac.authorization.k8s.io" or "PriorityClass.scheduling.k8s.io" or "StorageClass.storage.k8s.io" or "RuntimeClass.node.k8s.io"
            or "IngressClass.networking.k8s.io" or "VolumeSnapshotClass.snapshot.storage.k8s.io" or "CSIDriver.storage.k8s.io" or "PersistentVolume" => ClusterBasics,
        "ServiceAccount" or "Secret" or "ConfigMap" or "LimitRange" or "ResourceQuota" or "PersistentVolumeClaim"
            or "Role.rbac.authorization.k8s.io" or "NetworkPolicy.networking.k8s.io" => Prerequisites,
        "ClusterRoleBinding.rbac.authorization.k8s.io" or "RoleBinding.rbac.authorization.k8s.io" => Bindings,
        "Service" => Services,
        "APIService.apiregistration.k8s.io" or "MutatingWebhookConfiguration.admissionregistration.k8s.io"
            or "ValidatingWebhookConfiguration.admissionregistration.k8s.io" or "ValidatingAdmissionPolicy.admissionregistration.k8s.io"
            or "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io" => Interceptors,
        _ => Workloads,
    };
}
