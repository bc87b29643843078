using EdgeSync.Bundles.Metadata;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>The rules between the parts of a definition. <see cref="BundleDefinitionReader"/> checks each part alone.</summary>
internal static class DefinitionRules
{
    public static void Check(BundleDefinition definition, YamlFile file)
    {
        FindTwice(definition.Components.Select(c => (c.Name, c.Position)), "component", file);
        FindTwice(definition.Images.Select(i => (i.Name, i.Position)), "image", file);
        FindTwice(definition.Snapshots.Select(s => (s.Request.Namespace is { } place ? $"{place}/{s.Request.Claim}" : s.Request.Claim, s.Position)), "claim", file);
        FindTwice(definition.Preflight.Select(p => (p.Probe.Name, p.Position)), "check", file);
        CheckDependencies(definition.Components, file);
        foreach (var (probe, position) in definition.Preflight)
        {
            RefuseNamespace(definition, probe.Namespace, $"check '{probe.Name}'", position, file);
        }

        foreach (var (request, position) in definition.Snapshots)
        {
            RefuseNamespace(definition, request.Namespace, $"claim '{request.Claim}'", position, file);
        }

        foreach (var image in definition.Images.Where(image => IgnoredImages.Has(definition.IgnoredImages, image.Name)))
        {
            file.Fault(image.Position, "", $"the image '{image.Name}' is in 'images' and in 'ignoreImages'");
        }

        if (definition.Components.Count > MetadataRules.MaxComponents)
        {
            file.Fault(definition.Components[MetadataRules.MaxComponents].Position, "", $"a bundle has at most {MetadataRules.MaxComponents} components");
        }

        foreach (var component in definition.Components)
        {
            if (component.ReadyWhen.Count > MetadataRules.MaxReadyRules)
            {
                file.Fault(component.ReadyWhen[MetadataRules.MaxReadyRules].Position, "", $"a component has at most {MetadataRules.MaxReadyRules} entries in readyWhen");
            }

            RefuseNamespace(definition, component.Namespace, $"component '{component.Name}'", component.Position, file);
        }
    }

    private static void RefuseNamespace(BundleDefinition definition, string? name, string owner, TextPosition position, YamlFile file)
    {
        if (name is not null && definition.AllowedNamespaces is { } allowed && !allowed.Contains(name))
        {
            file.Fault(position, "", $"the namespace '{name}' of the {owner} is not among the allowed ones");
        }
    }

    private static void FindTwice(IEnumerable<(string Name, TextPosition Position)> named, string what, YamlFile file)
    {
        foreach (var group in named.Where(item => item.Name.Length > 0).GroupBy(item => item.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            foreach (var again in group.Skip(1))
            {
                file.Fault(again.Position, "", $"the {what} '{again.Name}' appears twice (first in line {group.First().Position.Line})");
            }
        }
    }

    private static void CheckDependencies(IReadOnlyList<ComponentDefinition> components, YamlFile file)
    {
        var distinct = components.Where(c => c.Name.Length > 0).DistinctBy(c => c.Name).ToList();
        var names = distinct.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var component in components)
        {
            foreach (var missing in component.DependsOn.Where(name => !names.Contains(name)))
            {
                file.Fault(component.Position, "", $"the component '{component.Name}' depends on '{missing}', which is no component of this bundle");
            }
        }

        if (ComponentOrder.FindCycle([.. distinct.Select(c => (c.Name, c.DependsOn))]) is { } cycle)
        {
            var first = distinct.First(c => c.Name == cycle[0]);
            file.Fault(first.Position, "", $"components depend on each other in a circle: {string.Join(" -> ", cycle)}");
        }
    }
}
