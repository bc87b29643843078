using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// The namespaces and names that belong to the cluster or to EdgeSync. The linter and every site refuse them by the same rule. Objects in kube-system
/// are possible where <c>namespaces.allowed</c> names it, except under the names of what Kubernetes and k3s have there.
/// </summary>
internal static class ReservedObjects
{
    public const string KubeSystem = "kube-system";

    private static readonly HashSet<string> Namespaces = new(StringComparer.Ordinal) { KubeSystem, "kube-public", "kube-node-lease", "edgesync-system" };

    // Add-ons have accounts with such names too (sealed-secrets-controller), so these are named one by one.
    private static readonly string[] OfTheControllerManager =
    [
        "attachdetach-controller", "bootstrap-signer", "certificate-controller", "clusterrole-aggregation-controller", "cronjob-controller",
        "daemon-set-controller", "deployment-controller", "disruption-controller", "endpoint-controller", "endpointslice-controller",
        "endpointslicemirroring-controller", "ephemeral-volume-controller", "expand-controller", "generic-garbage-collector",
        "horizontal-pod-autoscaler", "job-controller", "legacy-service-account-token-cleaner", "namespace-controller", "node-controller",
        "persistent-volume-binder", "pod-garbage-collector", "pv-protection-controller", "pvc-protection-controller", "replicaset-controller",
        "replication-controller", "resourcequota-controller", "root-ca-cert-publisher", "route-controller", "service-account-controller",
        "service-controller", "statefulset-controller", "token-cleaner", "ttl-after-finished-controller", "ttl-controller",
        "validatingadmissionpolicy-status-controller",
    ];

    // By kind; a name may have one '*' at one end. coredns-custom and a HelmChartConfig are not here: with them, k3s lets people change its own parts.
    private static readonly Dictionary<string, string[]> InKubeSystem = new(StringComparer.Ordinal)
    {
        ["Deployment.apps"] = ["coredns", "local-path-provisioner", "metrics-server", "traefik"],
        ["DaemonSet.apps"] = ["svclb-*", "traefik", "kube-proxy"],
        ["Job.batch"] = ["helm-install-*", "helm-delete-*"],
        ["Service"] = ["kube-dns", "metrics-server", "traefik"],
        ["ConfigMap"] =
        [
            "coredns", "local-path-config", "cluster-dns", "extension-apiserver-authentication", "kube-root-ca.crt", "chart-content-*", "kube-proxy",
            "kubeadm-config", "kubelet-config*", "kube-apiserver-legacy-service-account-token-tracking",
        ],
        ["Secret"] = ["k3s-serving", "*.node-password.k3s", "chart-values-*", "sh.helm.release.v1.traefik*", "bootstrap-token-*"],
        ["ServiceAccount"] =
        [
            "default", "coredns", "local-path-provisioner-service-account", "metrics-server", "traefik", "svclb", "helm-traefik*", "kube-proxy",
            .. OfTheControllerManager,
        ],
        ["Role.rbac.authorization.k8s.io"] = ["extension-apiserver-authentication-reader", "system:*"],
        ["RoleBinding.rbac.authorization.k8s.io"] = ["metrics-server-auth-reader", "k3s-cloud-controller-manager-authentication-reader", "system:*"],
        ["Lease.coordination.k8s.io"] = ["kube-controller-manager", "kube-scheduler", "k3s", "k3s-cloud-controller-manager", "k3s-etcd", "apiserver-*", "cloud-controller-manager"],
        ["Endpoints"] = ["kube-dns", "metrics-server", "traefik"],
        ["HelmChart.helm.cattle.io"] = ["traefik", "traefik-crd"],
        ["Addon.k3s.cattle.io"] = ["*"],
        ["ETCDSnapshotFile.k3s.cattle.io"] = ["*"],
    };

    /// <summary>Whether the namespace is not the bundle's to make, and its objects are not the bundle's to have.</summary>
    public static bool IsReservedNamespace(string name) => Namespaces.Contains(name);

    /// <summary>Whether a bundle may have objects in this namespace, apart from reserved names.</summary>
    public static bool IsOpen(string @namespace, IReadOnlyList<string>? allowed) =>
        !IsReservedNamespace(@namespace) || (@namespace == KubeSystem && allowed?.Contains(KubeSystem) == true);

    /// <summary>Whether the name is one of those that Kubernetes and k3s use in kube-system.</summary>
    public static bool IsReservedName(ObjectId id) =>
        id.Namespace == KubeSystem && InKubeSystem.TryGetValue(id.GroupKind, out var names) && Array.Exists(names, name => Matches(name, id.Name));

    /// <summary>Whether a bundle may have this object.</summary>
    public static bool Allows(ObjectId id, IReadOnlyList<string>? allowed) =>
        id.GroupKind == "Namespace" ? !IsReservedNamespace(id.Name)
        : id.Namespace is not { } name || (IsOpen(name, allowed) && !IsReservedName(id));

    private static bool Matches(string pattern, string name) =>
        pattern.StartsWith('*') ? name.EndsWith(pattern[1..], StringComparison.Ordinal)
        : pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern == name;
}
