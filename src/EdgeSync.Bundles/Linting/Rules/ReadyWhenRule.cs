using System.Text.Json.Nodes;
using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>
/// Entries of <c>readyWhen</c> that are about nothing, and components that wait for custom resources which count as healthy as soon as they exist.
/// </summary>
internal sealed class ReadyWhenRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var components = context.Folder.Definition?.Components ?? [];
        var objects = context.Objects.Where(item => !Hook.IsOne(item.Item)).ToLookup(item => item.Component.Name, StringComparer.Ordinal);
        foreach (var component in components)
        {
            foreach (var (rule, position) in component.ReadyWhen.Where(entry => !objects[component.Name].Any(item => entry.Rule.AppliesTo(item.Id))))
            {
                yield return new LintFinding(
                    LintRules.ReadyWhenUnmatched, LintSeverity.Error, BundleDefinition.FileName, position.Line,
                    $"readyWhen waits for {rule.Subject}, and the component '{component.Name}' has no such object") { Column = position.Column };
            }
        }

        var definitions = context.Objects.Where(item => item.Item.Id.GroupKind == "CustomResourceDefinition.apiextensions.k8s.io").ToList();
        foreach (var (name, user) in components.SelectMany(component => component.DependsOn.Select(name => (name, component.Name))).DistinctBy(pair => pair.name))
        {
            foreach (var item in objects[name].Where(item => IsCustom(item) && !item.Component.ReadyWhen.Any(entry => entry.Rule.AppliesTo(item.Id))))
            {
                var definition = definitions.Find(other => Defines(other.Item.Json, item.Item));
                if (definition is null || !HasConditions(definition.Item.Json, item.Item))
                {
                    yield return LintContext.At(
                        LintRules.ReadyWhenMissing, definition is null ? LintSeverity.Info : LintSeverity.Warning, item.Item, "",
                        $"the component '{user}' waits for {item.Id}, whose kind {(definition is null ? "may have" : "has")} no conditions: it counts as healthy as soon as "
                        + $"it exists; say in readyWhen of the component '{name}' what to wait for");
                }
            }
        }
    }

    // The API groups of Kubernetes itself have no dot, or end with k8s.io.
    private static bool IsCustom(LintObject item) =>
        item.Item.Id.Group is var group && group.Contains('.', StringComparison.Ordinal) && !group.EndsWith(".k8s.io", StringComparison.Ordinal);

    private static bool Defines(JsonNode definition, KubernetesObject item) =>
        definition.Text("spec", "group") == item.Id.Group && definition.Text("spec", "names", "kind") == item.Kind;

    private static bool HasConditions(JsonNode definition, KubernetesObject item)
    {
        var version = item.ApiVersion[(item.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return definition.Objects("spec", "versions")
            .Where(candidate => candidate.Text("name") == version)
            .Any(candidate => candidate.At("schema", "openAPIV3Schema", "properties", "status", "properties", "conditions") is not null);
    }
}
