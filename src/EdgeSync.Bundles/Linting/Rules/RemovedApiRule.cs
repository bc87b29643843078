namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Versions of Kubernetes' own API that are gone in clusters of a certain age.</summary>
internal sealed class RemovedApiRule : ILintRule
{
    private static readonly Dictionary<string, (string RemovedIn, string Instead)> Removed = new(StringComparer.Ordinal)
    {
        ["extensions/v1beta1 Deployment"] = ("1.16", "apps/v1"),
        ["extensions/v1beta1 DaemonSet"] = ("1.16", "apps/v1"),
        ["extensions/v1beta1 ReplicaSet"] = ("1.16", "apps/v1"),
        ["extensions/v1beta1 NetworkPolicy"] = ("1.16", "networking.k8s.io/v1"),
        ["apps/v1beta1 Deployment"] = ("1.16", "apps/v1"),
        ["apps/v1beta1 StatefulSet"] = ("1.16", "apps/v1"),
        ["apps/v1beta2 Deployment"] = ("1.16", "apps/v1"),
        ["apps/v1beta2 DaemonSet"] = ("1.16", "apps/v1"),
        ["apps/v1beta2 StatefulSet"] = ("1.16", "apps/v1"),
        ["apps/v1beta2 ReplicaSet"] = ("1.16", "apps/v1"),
        ["extensions/v1beta1 Ingress"] = ("1.22", "networking.k8s.io/v1"),
        ["networking.k8s.io/v1beta1 Ingress"] = ("1.22", "networking.k8s.io/v1"),
        ["networking.k8s.io/v1beta1 IngressClass"] = ("1.22", "networking.k8s.io/v1"),
        ["apiextensions.k8s.io/v1beta1 CustomResourceDefinition"] = ("1.22", "apiextensions.k8s.io/v1"),
        ["apiregistration.k8s.io/v1beta1 APIService"] = ("1.22", "apiregistration.k8s.io/v1"),
        ["admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration"] = ("1.22", "admissionregistration.k8s.io/v1"),
        ["admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration"] = ("1.22", "admissionregistration.k8s.io/v1"),
        ["rbac.authorization.k8s.io/v1beta1 Role"] = ("1.22", "rbac.authorization.k8s.io/v1"),
        ["rbac.authorization.k8s.io/v1beta1 RoleBinding"] = ("1.22", "rbac.authorization.k8s.io/v1"),
        ["rbac.authorization.k8s.io/v1beta1 ClusterRole"] = ("1.22", "rbac.authorization.k8s.io/v1"),
        ["rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding"] = ("1.22", "rbac.authorization.k8s.io/v1"),
        ["scheduling.k8s.io/v1beta1 PriorityClass"] = ("1.22", "scheduling.k8s.io/v1"),
        ["storage.k8s.io/v1beta1 StorageClass"] = ("1.22", "storage.k8s.io/v1"),
        ["batch/v1beta1 CronJob"] = ("1.25", "batch/v1"),
        ["policy/v1beta1 PodDisruptionBudget"] = ("1.25", "policy/v1"),
        ["policy/v1beta1 PodSecurityPolicy"] = ("1.25", "the labels of Pod Security Admission"),
        ["autoscaling/v2beta1 HorizontalPodAutoscaler"] = ("1.25", "autoscaling/v2"),
        ["autoscaling/v2beta2 HorizontalPodAutoscaler"] = ("1.26", "autoscaling/v2"),
        ["flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema"] = ("1.26", "flowcontrol.apiserver.k8s.io/v1"),
        ["flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema"] = ("1.29", "flowcontrol.apiserver.k8s.io/v1"),
        ["flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"] = ("1.32", "flowcontrol.apiserver.k8s.io/v1"),
    };

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var item in context.Objects.Select(item => item.Item))
        {
            if (Removed.TryGetValue($"{item.ApiVersion} {item.Kind}", out var fate))
            {
                yield return LintContext.At(
                    LintRules.ApiRemoved, LintSeverity.Warning, item, "/apiVersion",
                    $"Kubernetes {fate.RemovedIn} and later have no {item.Kind} of {item.ApiVersion}; use {fate.Instead}");
            }
        }
    }
}
