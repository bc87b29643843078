using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Workloads whose selector does not match the labels of their own pods. The API server refuses them.</summary>
internal sealed class SelectorRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context) => context.Objects.Select(item => item.Item).SelectMany(item =>
        FindMismatches(item).Select(message => LintContext.At(LintRules.SelectorMismatch, LintSeverity.Error, item, "/spec/selector/matchLabels", $"{item.Id} {message}")));

    /// <summary>Where the workload does not select its own pods.</summary>
    public static IEnumerable<string> FindMismatches(KubernetesObject item)
    {
        if (item.Id.GroupKind is not ("Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" or "ReplicaSet.apps")
            || ((JsonNode)item.Json).At("spec", "selector", "matchLabels") is not JsonObject selector)
        {
            yield break;
        }

        foreach (var (label, _) in selector)
        {
            var wanted = selector.Text(label);
            var found = ((JsonNode)item.Json).Text("spec", "template", "metadata", "labels", label);
            if (wanted != found)
            {
                yield return $"selects pods with {label}={wanted}, and its own have {(found is null ? "no such label" : $"{label}={found}")}";
            }
        }
    }
}
