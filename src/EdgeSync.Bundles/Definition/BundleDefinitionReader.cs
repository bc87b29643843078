using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>bundle.yaml</c> strictly: everything that is wrong at once, each with file, line and column.</summary>
public static class BundleDefinitionReader
{
    private static readonly TimeSpan ShortestHealthTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHealthTimeout = TimeSpan.FromHours(24);

    /// <summary>Reads the bytes of the file; its name is used in positions only. Throws <see cref="BundleException"/> with all faults.</summary>
    public static BundleDefinition Read(ReadOnlySpan<byte> utf8, string fileName = BundleDefinition.FileName)
    {
        var faults = new DefinitionFaults(fileName);
        var definition = DefinitionParser.Parse(utf8, faults) is { } root && DefinitionMap.From(root, "the file", faults) is { } map
            ? ReadRoot(map, faults)
            : null;
        faults.ThrowIfAny();
        return definition!;
    }

    private static BundleDefinition ReadRoot(DefinitionMap map, DefinitionFaults faults)
    {
        var schema = map.Text("schema", required: true);
        if (schema is not (null or BundleMetadata.CurrentSchema))
        {
            faults.Add(map.PositionOf("schema"), $"'{schema}' is no schema that this version knows; write {BundleMetadata.CurrentSchema}");
        }

        var definition = new BundleDefinition
        {
            Name = ReadName(map, "name", required: true, faults) ?? "",
            Version = ReadVersion(map, faults),
            Created = map.Time("created"),
            Components = [.. map.Items("components").Select(node => ReadComponent(node, faults)).OfType<ComponentDefinition>()],
            Images = [.. map.Items("images").Select(node => ReadImage(node, faults)).OfType<ImageDefinition>()],
            Requires = ReadRequirements(map.Map("requires"), faults),
            AllowedNamespaces = ReadNamespaces(map.Map("namespaces"), faults),
        };
        map.RefuseOthers();
        DefinitionRules.Check(definition, faults);
        return definition;
    }

    private static string ReadVersion(DefinitionMap map, DefinitionFaults faults)
    {
        var version = map.Text("version", required: true) ?? "";
        if (version.Length > 0 && MetadataRules.VersionProblem(version) is { } problem)
        {
            faults.Add(map.PositionOf("version"), $"the version '{version}' is refused: {problem}");
        }

        return version;
    }

    private static ComponentDefinition? ReadComponent(DefinitionNode node, DefinitionFaults faults)
    {
        if (DefinitionMap.From(node, "a component", faults) is not { } map)
        {
            return null;
        }

        var path = map.Text("path", required: true);
        if (path is not null && PathProblem(path) is { } problem)
        {
            faults.Add(map.PositionOf("path"), $"the path '{path}' is refused: {problem}");
        }

        var component = new ComponentDefinition
        {
            Name = ReadName(map, "name", required: true, faults) ?? "",
            Path = Normalize(path ?? "."),
            DependsOn = map.Texts("dependsOn"),
            HealthTimeout = map.Duration("healthTimeout", ShortestHealthTimeout, LongestHealthTimeout),
            Namespace = ReadName(map, "namespace", required: false, faults),
            Position = map.Position,
        };
        map.RefuseOthers();
        return component;
    }

    private static ImageDefinition? ReadImage(DefinitionNode node, DefinitionFaults faults)
    {
        // Short form: the name alone.
        if (node is DefinitionNode.Text)
        {
            if (DefinitionMap.TextOf(node, "an image", faults) is not { } text)
            {
                return null;
            }

            CheckImageName(text, node.Position, faults);
            return new ImageDefinition { Name = text, Position = node.Position };
        }

        if (DefinitionMap.From(node, "an image that is not just a name", faults) is not { } map)
        {
            return null;
        }

        var name = map.Text("name", required: true);
        if (name is not null)
        {
            CheckImageName(name, map.PositionOf("name"), faults);
        }

        ImageLocation? from = null;
        if (map.Text("from") is { } location && !ImageLocation.TryParse(location, out from))
        {
            faults.Add(map.PositionOf("from"), $"'{location}' is no place of an image; write registry/repository:tag or oci:FOLDER:NAME");
        }

        map.RefuseOthers();
        return new ImageDefinition { Name = name ?? "", From = from, Position = map.Position };
    }

    private static BundleRequirements ReadRequirements(DefinitionMap? map, DefinitionFaults faults)
    {
        if (map is null)
        {
            return new BundleRequirements();
        }

        var requirements = new BundleRequirements { Kubernetes = ReadRange(map, "kubernetes", faults), Agent = ReadRange(map, "agent", faults) };
        map.RefuseOthers();
        return requirements;
    }

    private static string? ReadRange(DefinitionMap map, string key, DefinitionFaults faults)
    {
        var text = map.Text(key);
        if (text is not null && !VersionRange.TryParse(text, out _))
        {
            faults.Add(map.PositionOf(key), $"'{text}' is no range of versions; write for example '>=1.27 <1.33'");
        }

        return text;
    }

    private static IReadOnlyList<string>? ReadNamespaces(DefinitionMap? map, DefinitionFaults faults)
    {
        if (map is null)
        {
            return null;
        }

        var before = faults.Count;
        var allowed = map.Texts("allowed");
        foreach (var name in allowed.Where(name => !EntityName.IsValid(name)))
        {
            faults.Add(map.PositionOf("allowed"), $"'{name}' is no namespace: {EntityName.Rule}");
        }

        if (allowed.Count == 0 && faults.Count == before)
        {
            faults.Add(map.Position, "'allowed' must name at least one namespace");
        }

        map.RefuseOthers();
        return allowed;
    }

    private static string? ReadName(DefinitionMap map, string key, bool required, DefinitionFaults faults)
    {
        var name = map.Text(key, required);
        if (name is not null && !EntityName.IsValid(name))
        {
            faults.Add(map.PositionOf(key), $"'{name}' is no {key}: {EntityName.Rule}");
        }

        return name;
    }

    private static void CheckImageName(string name, TextPosition position, DefinitionFaults faults)
    {
        if (!OciReference.TryParseImage(name, out _))
        {
            faults.Add(position, $"'{name}' is not an image name that a container runtime accepts");
        }
    }

    private static string? PathProblem(string path) =>
        path is "." or "./" ? null
        : path.StartsWith('/') ? "it must be relative to the bundle's folder"
        : path.Contains('\\', StringComparison.Ordinal) ? "write it with forward slashes"
        : Normalize(path).Split('/').Any(part => part is "" or "." or "..") ? "it must not leave the bundle's folder, or have empty parts"
        : null;

    private static string Normalize(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.StartsWith("./", StringComparison.Ordinal) ? trimmed[2..] : trimmed.Length == 0 ? "." : trimmed;
    }
}
