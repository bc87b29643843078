using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Objects that no API server would take: with fields that only it may write, too large, or not objects of a cluster at all.</summary>
internal sealed class ObjectShapeRule : ILintRule
{
    // etcd refuses larger requests; the object is stored as JSON or in a similar size.
    private const int MaxBytes = 1536 * 1024;
    private const string KustomizeGroup = "kustomize.config.k8s.io";
    private static readonly string[] ServerFields = ["uid", "resourceVersion", "managedFields"];

    public IEnumerable<LintFinding> Check(LintContext context) => context.Objects.SelectMany(item => Check(item.Item));

    private static IEnumerable<LintFinding> Check(KubernetesObject item)
    {
        if (item.Id.Group == KustomizeGroup)
        {
            yield return LintContext.At(
                LintRules.KustomizationInBundle, LintSeverity.Error, item, "/kind", "this is input for kustomize; put what 'kustomize build' prints into the bundle");
            yield break;
        }

        // The server refuses to apply these; it ignores others, such as the creationTimestamp that kubectl writes.
        foreach (var field in ServerFields.Where(field => ((JsonNode)item.Json).At("metadata", field) is not null))
        {
            yield return LintContext.At(
                LintRules.ObjectServerFields, LintSeverity.Error, item, $"/metadata/{field}", $"metadata.{field} is the server's to write; take it out");
        }

        if (item.Json.ToJsonString().Length > MaxBytes)
        {
            yield return LintContext.At(
                LintRules.ObjectTooLarge, LintSeverity.Error, item, "", $"{item.Id} has more than {MaxBytes} bytes, and a cluster does not store it");
        }
    }
}
