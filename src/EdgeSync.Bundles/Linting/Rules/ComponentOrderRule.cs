using System.Text.Json.Nodes;
using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Objects that need what another component makes (their namespace, the definition of their kind) without depending on it.</summary>
internal sealed class ComponentOrderRule : ILintRule
{
    private const string DefinitionKind = "CustomResourceDefinition.apiextensions.k8s.io";

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var components = (context.Folder.Definition?.Components ?? []).DistinctBy(c => c.Name).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var allMakers = context.Objects.Where(item => item.Item.Id.GroupKind is "Namespace" or DefinitionKind).ToList();

        // What a hook needs is applied before it, whatever its component.
        foreach (var subject in context.Objects.Where(item => !Hook.IsOne(item.Item)))
        {
            var makers = allMakers.Where(other => Makes(other, subject)).Select(other => other.Component.Name).ToHashSet(StringComparer.Ordinal);
            if (makers.Count > 0 && !makers.Contains(subject.Component.Name) && !ReachableFrom(subject.Component, components).Overlaps(makers))
            {
                yield return LintContext.At(
                    LintRules.ComponentOrder, LintSeverity.Warning, subject.Item, "",
                    $"{subject.Id} needs what the component '{makers.First()}' makes; let '{subject.Component.Name}' depend on it, or it may be applied before");
            }
        }
    }

    private static bool Makes(LintObject maker, LintObject user) => maker.Item.Id.GroupKind switch
    {
        "Namespace" => maker.Item.Name == user.Namespace,
        DefinitionKind =>
            ((JsonNode)maker.Item.Json).Text("spec", "group") == user.Item.Id.Group
            && ((JsonNode)maker.Item.Json).Text("spec", "names", "kind") == user.Item.Kind,
        _ => false,
    };

    private static HashSet<string> ReachableFrom(ComponentDefinition component, Dictionary<string, ComponentDefinition> components)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(component.DependsOn);
        while (pending.TryDequeue(out var name))
        {
            if (found.Add(name) && components.TryGetValue(name, out var next))
            {
                foreach (var further in next.DependsOn)
                {
                    pending.Enqueue(further);
                }
            }
        }

        return found;
    }
}
