using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting.Rules;
using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>
/// Tells without a cluster which objects are certainly valid: those of common kinds with nothing in them that only an API server can judge, and custom
/// resources of definitions that come with them. It never calls an object wrong; what it does not know, the API server is asked.
/// </summary>
public sealed class ObjectCheck
{
    private const string Rules = "x-kubernetes-validations";

    // The linter knows the rules of these as the API server has them.
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "Namespace", "ConfigMap", "Secret", "ServiceAccount", "Service", "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps",
        "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io",
    };

    private static readonly string[] PlainServiceFields = ["selector", "ports", "type", "clusterIP", "sessionAffinity", "publishNotReadyAddresses"];
    private static readonly string[] PlainPodFields =
    [
        "containers", "initContainers", "volumes", "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "nodeSelector", "tolerations",
        "restartPolicy", "terminationGracePeriodSeconds", "dnsPolicy", "imagePullSecrets", "enableServiceLinks", "securityContext", "hostNetwork",
    ];

    private readonly CustomKinds _custom;
    private readonly CustomResourceCheck _customCheck;
    private readonly ConcurrentDictionary<string, bool> _hasRules = new(StringComparer.Ordinal);

    /// <summary>Reads the definitions among these objects.</summary>
    public ObjectCheck(IReadOnlyList<KubernetesObject> objects)
    {
        _custom = new CustomKinds(objects);
        _customCheck = new CustomResourceCheck(objects);
    }

    /// <summary>Whether every supported version of Kubernetes that has the kind takes the object. Safe to call from several threads.</summary>
    public bool IsValid(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (_custom.Find(item.Id.GroupKind) is { Count: > 0 } versions)
        {
            var hasRules = _hasRules.GetOrAdd(item.Id.GroupKind, _ => versions.Any(version => version.Schema?.ToJsonString().Contains(Rules, StringComparison.Ordinal) != false));
            return !hasRules && NameRule.FindFaults(item).Count == 0 && _customCheck.FindErrors(item).Count == 0;
        }

        return Kinds.Contains(item.Id.GroupKind) && FitsSchemas(item) && NameRule.FindFaults(item).Count == 0 && !SelectorRule.FindMismatches(item).Any() && IsPlain(item);
    }

    private static bool FitsSchemas(KubernetesObject item)
    {
        var isKnown = false;
        foreach (var schema in new[] { KubernetesSchema.Oldest, KubernetesSchema.Newest })
        {
            if (schema.TryFind(item.ApiVersion, item.Kind, out var kind))
            {
                isKnown = true;
                if (SchemaWalk.Check(item.Json, kind).Count > 0)
                {
                    return false;
                }
            }
        }

        return isKnown;
    }

    private static bool IsPlain(KubernetesObject item) => item.Id.GroupKind switch
    {
        "Secret" => item.Json.Text("type") is null or "Opaque",
        "Service" => item.Json["spec"] is JsonObject spec && spec.All(member => PlainServiceFields.Contains(member.Key))
            && spec.Text("type") is null or "ClusterIP"
            && spec.Text("clusterIP") is null or "None"
            && !spec.Objects("ports").Any(port => port["nodePort"] is not null),
        "Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" => item.Json.At("spec", "selector", "matchExpressions") is null
            && item.Json.At("spec", "template", "spec") is JsonObject pod && pod.All(member => PlainPodFields.Contains(member.Key))
            && pod.Objects("containers").Concat(pod.Objects("initContainers")).All(HasFittingResources),
        _ => true,
    };

    // More may not be requested than the limit allows.
    private static bool HasFittingResources(JsonObject container)
    {
        var limits = container.At("resources", "limits") as JsonObject ?? [];
        return (container.At("resources", "requests") as JsonObject ?? [])
            .All(request => limits[request.Key] is not { } limit || Quantity.IsAtMost($"{request.Value}", $"{limit}"));
    }
}
