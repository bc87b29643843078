using System.Text;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>bundle.yaml</c> strictly and reports every fault at once, each with file, line and column.</summary>
public static class BundleDefinitionReader
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxFaults = 100;

    private static readonly TimeSpan ShortestHealthTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHealthTimeout = TimeSpan.FromHours(24);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the bytes of the file; its name is used in positions only. Throws <see cref="BundleException"/> with all faults.</summary>
    public static BundleDefinition Read(ReadOnlySpan<byte> utf8, string fileName = BundleDefinition.FileName)
    {
        var file = new YamlFile(fileName, new BundleYamlRules());
        var definition = Decode(utf8, file) is { } text && file.Parse(text) is { } root ? file.Read(root, ReadRoot) : null;
        if (file.Faults.Count == 0)
        {
            return definition!;
        }

        var faults = file.Faults.Take(MaxFaults).OrderBy(fault => fault.Position?.Line).ThenBy(fault => fault.Position?.Column);
        throw new BundleException([.. faults.Select(fault => new BundleFault(fault.Problem, fault.Source, fault.Position?.Line ?? 1, fault.Position?.Column ?? 1))])
        {
            Subject = fileName,
            Hint = "Every key is described in docs/bundle.md.",
        };
    }

    private static string? Decode(ReadOnlySpan<byte> utf8, YamlFile file)
    {
        if (utf8.Length > MaxBytes)
        {
            file.Fault(new TextPosition(1, 1), "", $"the file has more than {MaxBytes} bytes");
            return null;
        }

        try
        {
            return StrictUtf8.GetString(utf8).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException failure)
        {
            file.Fault(new TextPosition(utf8[..failure.Index].Count((byte)'\n') + 1, 1), "", "the file is not valid UTF-8");
            return null;
        }
    }

    private static BundleDefinition ReadRoot(YamlSection map)
    {
        map.CheckedText("schema", required: true, schema => schema == BundleMetadata.CurrentSchema
            ? null
            : $"'{schema}' is no schema that this version knows; write {BundleMetadata.CurrentSchema}");
        var definition = new BundleDefinition
        {
            Name = map.CheckedName("name", required: true) ?? "",
            Version = map.CheckedText("version", required: true, version =>
                MetadataRules.VersionProblem(version) is { } problem ? $"the version '{version}' is refused: {problem}" : null) ?? "",
            Created = map.Time("created"),
            Components = map.Sections("components", ReadComponent, "a component"),
            Images = [.. map.Items("images").Select(ReadImage).OfType<ImageDefinition>()],
            IgnoredImages = ReadIgnoredImages(map),
            Requires = map.OptionalSection("requires", ReadRequirements) ?? new BundleRequirements(),
            AllowedNamespaces = map.OptionalSection("namespaces", ReadNamespaces),
            Values = AdaptationReader.ReadValues(map),
            Ignore = ReadIgnore(map),
            Snapshots = SnapshotReader.Read(map),
            Preflight = PreflightReader.Read(map),
        };
        DefinitionRules.Check(definition, map.File);
        return definition;
    }

    private static ComponentDefinition ReadComponent(YamlSection map)
    {
        var isRendered = map.Has("kustomize") || map.Has("chart");
        var path = map.CheckedText("path", required: !isRendered, PathFault);
        var kustomize = map.CheckedText("kustomize", required: false, PathFault);
        if (isRendered && new[] { map.Has("path"), map.Has("kustomize"), map.Has("chart") }.Count(given => given) > 1)
        {
            map.Fault("", "a component takes only one of 'path', 'kustomize' and 'chart'");
        }

        return new ComponentDefinition
        {
            Name = map.CheckedName("name", required: true) ?? "",
            Path = Normalize(path ?? kustomize ?? "."),
            IsKustomization = kustomize is not null,
            Chart = map.OptionalSection("chart", ChartReader.Read),
            DependsOn = map.StrictTexts("dependsOn"),
            HealthTimeout = map.ShortDuration("healthTimeout", ShortestHealthTimeout, LongestHealthTimeout),
            ReadyWhen = map.Sections("readyWhen", ReadReadyRule, "an entry of readyWhen"),
            Ignore = ReadIgnore(map),
            Namespace = map.CheckedName("namespace", required: false),
            When = AdaptationReader.ReadWhen(map),
            Position = map.Position!.Value,
        };
    }

    private static IReadOnlyList<(IgnoreRule Rule, TextPosition Position)> ReadIgnore(YamlSection map) =>
        IgnoreRuleReader.Read(map, (rule, section) => (rule, section.Position!.Value));

    private static (ReadyRule Rule, TextPosition Position) ReadReadyRule(YamlSection map)
    {
        var rule = new ReadyRule
        {
            Kind = map.CheckedText("kind", required: true, MetadataRules.ReadyKindProblem) ?? "",
            Name = map.CheckedText("name", required: false, MetadataRules.ReadyTextProblem),
            Path = map.CheckedText("path", required: true, MetadataRules.ReadyPathProblem) ?? "",
            Value = map.CheckedText("value", required: false, MetadataRules.ReadyTextProblem),
        };
        return (rule, map.Position!.Value);
    }

    private static ImageDefinition? ReadImage(YamlItem item)
    {
        // The short form is the name alone.
        if (item.Node.Kind == YamlKind.Scalar)
        {
            if (DefinitionValues.TextOf(item, "an image") is not { } text)
            {
                return null;
            }

            if (ImageNameProblem(text) is { } problem)
            {
                item.Fault(problem);
            }

            return new ImageDefinition { Name = text, Position = item.Node.Position!.Value };
        }

        return item.IsSection("an image that is not just a name") ? item.Read(ReadImage) : null;
    }

    private static ImageDefinition ReadImage(YamlSection map)
    {
        var name = map.CheckedText("name", required: true, ImageNameProblem);
        ImageLocation? from = null;
        map.CheckedText("from", required: false, text => ImageLocation.TryParse(text, out from)
            ? null
            : $"'{text}' is no place of an image; write registry/repository:tag or oci:FOLDER:NAME");
        return new ImageDefinition { Name = name ?? "", From = from, Position = map.Position!.Value };
    }

    private static List<string>? ReadIgnoredImages(YamlSection map)
    {
        var entries = new List<string>();
        foreach (var item in map.Items("ignoreImages"))
        {
            if (DefinitionValues.TextOf(item, "an entry of 'ignoreImages'") is { } entry)
            {
                entries.Add(entry);
                if (IgnoredImages.Problem(entry) is { } problem)
                {
                    item.Fault(problem);
                }
            }
        }

        return entries.Count > 0 ? entries : null;
    }

    private static BundleRequirements ReadRequirements(YamlSection map) =>
        new() { Kubernetes = ReadRange(map, "kubernetes"), Agent = ReadRange(map, "agent") };

    private static string? ReadRange(YamlSection map, string key) => map.CheckedText(key, required: false, text =>
        VersionRange.TryParse(text, out _) ? null : $"'{text}' is no range of versions; write for example '>=1.27 <1.33'");

    private static IReadOnlyList<string> ReadNamespaces(YamlSection map)
    {
        var before = map.File.Faults.Count;
        var allowed = map.StrictTexts("allowed");
        foreach (var name in allowed.Where(name => !EntityName.IsValid(name)))
        {
            map.Fault("allowed", $"'{name}' is no namespace: {EntityName.Rule}");
        }

        if (allowed.Count == 0 && map.File.Faults.Count == before)
        {
            map.Fault("", "'allowed' must name at least one namespace");
        }

        return allowed;
    }

    private static string? ImageNameProblem(string name) =>
        OciReference.TryParseImage(name, out _) ? null : $"'{name}' is not an image name that a container runtime accepts";

    internal static string? PathFault(string text) => PathProblem(text) is { } problem ? $"the path '{text}' is refused: {problem}" : null;

    private static string? PathProblem(string path) =>
        path is "." or "./" ? null
        : path.StartsWith('/') ? "it must be relative to the bundle's folder"
        : path.Contains('\\', StringComparison.Ordinal) ? "write it with forward slashes"
        : Normalize(path).Split('/').Any(part => part is "" or "." or "..") ? "it must not leave the bundle's folder, or have empty parts"
        : null;

    internal static string Normalize(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.StartsWith("./", StringComparison.Ordinal) ? trimmed[2..] : trimmed.Length == 0 ? "." : trimmed;
    }
}
