using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>What must hold between the parts of a definition, beyond the shape of each.</summary>
internal static class DefinitionRules
{
    public static void Check(BundleDefinition definition, DefinitionFaults faults)
    {
        FindTwice(definition.Components.Select(c => (c.Name, c.Position)), "component", faults);
        FindTwice(definition.Images.Select(i => (i.Name, i.Position)), "image", faults);
        CheckDependencies(definition.Components, faults);
        if (definition.Components.Count > MetadataRules.MaxComponents)
        {
            faults.Add(definition.Components[MetadataRules.MaxComponents].Position, $"a bundle has at most {MetadataRules.MaxComponents} components");
        }

        foreach (var component in definition.Components)
        {
            if (component.Namespace is { } name && definition.AllowedNamespaces is { } allowed && !allowed.Contains(name))
            {
                faults.Add(component.Position, $"the namespace '{name}' of the component '{component.Name}' is not among the allowed ones");
            }
        }
    }

    private static void FindTwice(IEnumerable<(string Name, TextPosition Position)> named, string what, DefinitionFaults faults)
    {
        foreach (var group in named.Where(item => item.Name.Length > 0).GroupBy(item => item.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            foreach (var again in group.Skip(1))
            {
                faults.Add(again.Position, $"the {what} '{again.Name}' stands twice (first in line {group.First().Position.Line})");
            }
        }
    }

    private static void CheckDependencies(IReadOnlyList<ComponentDefinition> components, DefinitionFaults faults)
    {
        var distinct = components.Where(c => c.Name.Length > 0).DistinctBy(c => c.Name).ToList();
        var names = distinct.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var component in components)
        {
            foreach (var missing in component.DependsOn.Where(name => !names.Contains(name)))
            {
                faults.Add(component.Position, $"the component '{component.Name}' depends on '{missing}', which is no component of this bundle");
            }
        }

        if (ComponentOrder.FindCycle([.. distinct.Select(c => (c.Name, c.DependsOn))]) is { } cycle)
        {
            var first = distinct.First(c => c.Name == cycle[0]);
            faults.Add(first.Position, $"components depend on each other in a circle: {string.Join(" -> ", cycle)}");
        }
    }
}
