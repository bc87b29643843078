namespace EdgeSync.Bundles.Metadata;

/// <summary>Orders components so that each comes after the ones that it depends on. Otherwise the author's order stays.</summary>
internal static class ComponentOrder
{
    /// <summary>The names of a cycle, with the first name again at the end; null when there is none. Unknown names are skipped.</summary>
    public static IReadOnlyList<string>? FindCycle(IReadOnlyList<(string Name, IReadOnlyList<string> DependsOn)> components)
    {
        var byName = components.ToDictionary(c => c.Name, c => c.DependsOn, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        return components.Select(c => Visit(c.Name)).FirstOrDefault(cycle => cycle is not null);

        IReadOnlyList<string>? Visit(string name)
        {
            if (path.IndexOf(name) is >= 0 and var start)
            {
                return [.. path[start..], name];
            }

            if (done.Contains(name) || !byName.TryGetValue(name, out var dependsOn))
            {
                return null;
            }

            path.Add(name);
            var cycle = dependsOn.Select(Visit).FirstOrDefault(found => found is not null);
            path.RemoveAt(path.Count - 1);
            done.Add(name);
            return cycle;
        }
    }

    /// <summary>The components in order. There must be no circle.</summary>
    public static IReadOnlyList<ComponentMetadata> Sort(IReadOnlyList<ComponentMetadata> components)
    {
        var byName = components.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var sorted = new List<ComponentMetadata>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var component in components)
        {
            Visit(component);
        }

        return sorted;

        void Visit(ComponentMetadata component)
        {
            if (seen.Add(component.Name))
            {
                foreach (var name in component.DependsOn)
                {
                    Visit(byName[name]);
                }

                sorted.Add(component);
            }
        }
    }
}
