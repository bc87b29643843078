using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Metadata;

/// <summary>What metadata must be, beyond the shape of its JSON. Builder and site hold a bundle to the same rules.</summary>
internal static class MetadataRules
{
    public const int MaxComponents = 64;
    public const int MaxImages = 512;
    public const int MaxReadyRules = 64;
    public const int MaxValues = 256;
    private const int MaxReadyText = 253;
    private const int MaxVersionLength = 128;
    private const int MaxHealthTimeoutSeconds = 24 * 60 * 60;

    /// <summary>Everything that is wrong; empty where nothing is.</summary>
    public static IReadOnlyList<string> FindProblems(BundleMetadata metadata)
    {
        if (!BundleMetadata.Schemas.Contains(metadata.Schema))
        {
            return [$"its schema is '{metadata.Schema}', and this version reads {string.Join(", ", BundleMetadata.Schemas)}"];
        }

        // The deserialiser puts nulls of the text into lists, in spite of the annotations.
        if (metadata.Components.Any(c => c is null) || metadata.Images.Any(i => i is null) || metadata.AllowedNamespaces?.Any(n => n is null) == true
            || metadata.IgnoredImages?.Any(i => i is null) == true || metadata.Snapshots?.Any(s => s is null) == true || metadata.Preflight?.Any(p => p is null) == true
            || metadata.Components.Select(c => c?.Ignore).Append(metadata.Ignore).Any(rules => rules?.Any(rule => rule is null || rule.Fields.Any(f => f is null)) == true)
            || metadata.Components.Any(c => c.Files.Any(f => f is null) || c.DependsOn.Any(d => d is null) || c.ReadyWhen?.Any(r => r is null) == true || c.When?.MatchExpressions.Any(e => e is null) == true))
        {
            return ["one of its lists has a null"];
        }

        var problems = new List<string>();
        if (!EntityName.IsValid(metadata.Name))
        {
            problems.Add($"its name is refused: {EntityName.Rule}");
        }

        if (VersionProblem(metadata.Version) is { } versionProblem)
        {
            problems.Add($"its version is refused: {versionProblem}");
        }

        if (metadata.Components.Count is 0 or > MaxComponents || metadata.Images.Count > MaxImages)
        {
            problems.Add($"it must have 1 to {MaxComponents} components and at most {MaxImages} images");
        }

        if (metadata.IsAdapted && metadata.Schema == BundleMetadata.CurrentSchema)
        {
            problems.Add($"it has values, or components for some sites, and its schema is not {BundleMetadata.AdaptedSchema}");
        }

        if (metadata.IsShared && metadata.Schema is BundleMetadata.CurrentSchema or BundleMetadata.AdaptedSchema)
        {
            problems.Add($"it has fields that belong to others, and its schema is not {BundleMetadata.SharedSchema}");
        }

        if (metadata.Components.Select(component => component.Ignore).Append(metadata.Ignore).Any(AreInvalid))
        {
            problems.Add("its rules about fields that belong to others are refused");
        }

        if (metadata.Snapshots is { } snapshots)
        {
            problems.AddRange(FindSnapshotProblems(metadata, snapshots));
        }

        if (metadata.Preflight is { } probes)
        {
            problems.AddRange(FindProbeProblems(metadata, probes));
        }

        problems.AddRange(FindValueProblems(metadata.Values));
        problems.AddRange(FindRangeProblems(metadata.Requires));
        problems.AddRange(metadata.Components.SelectMany(FindProblems));
        problems.AddRange(FindTwice("component", metadata.Components.Select(c => c.Name)));
        problems.AddRange(FindTwice("file", metadata.Components.SelectMany(c => c.Files)));
        problems.AddRange(FindTwice("image", metadata.Images));
        return problems.Count > 0 ? problems : FindOrderProblems(metadata);
    }

    private static bool AreInvalid(IReadOnlyList<IgnoreRule>? rules) => rules?.Count > IgnoreRule.MaxRules || rules?.Any(rule => rule.FindProblem() is not null) == true;

    /// <summary>What is wrong with a version, or null.</summary>
    public static string? VersionProblem(string version) =>
        version.Length is 0 or > MaxVersionLength ? $"it must have 1 to {MaxVersionLength} characters"
        : version.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '+')) ? "use letters, digits, and . - _ +"
        : !char.IsAsciiLetterOrDigit(version[0]) ? "it must begin with a letter or a digit"
        : null;

    /// <summary>What is wrong with the kind of a <see cref="ReadyRule"/>, or null.</summary>
    public static string? ReadyKindProblem(string kind) =>
        ReadyTextProblem(kind) is { } problem ? problem
        : !char.IsAsciiLetterUpper(kind[0]) || kind.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
            ? $"'{kind}' is no kind; write it as in Database or Database.db.example"
            : null;

    /// <summary>What is wrong with the path of a <see cref="ReadyRule"/>, or null.</summary>
    public static string? ReadyPathProblem(string path) => JsonPath.TryParse(path, out _, out var problem) ? null : $"the path '{path}' is refused: {problem}";

    /// <summary>What is wrong with another text of a <see cref="ReadyRule"/>, or null.</summary>
    public static string? ReadyTextProblem(string text) => text.Length is 0 or > MaxReadyText ? $"it must have 1 to {MaxReadyText} characters" : null;

    private static IEnumerable<string> FindProblems(ComponentMetadata component)
    {
        var rules = component.ReadyWhen ?? [];
        if (rules.Count > MaxReadyRules || rules.Any(rule => ReadyKindProblem(rule.Kind) is not null
            || ReadyPathProblem(rule.Path) is not null || ReadyTextProblem(rule.Name ?? "-") is not null || ReadyTextProblem(rule.Value ?? "-") is not null))
        {
            yield return $"readyWhen of the component '{component.Name}' cannot be read";
        }

        if (!EntityName.IsValid(component.Name))
        {
            yield return $"the name of a component is refused: {EntityName.Rule}";
        }

        if (component.Namespace is { } name && !EntityName.IsValid(name))
        {
            yield return $"the namespace of the component '{component.Name}' is refused: {EntityName.Rule}";
        }

        if (component.HealthTimeoutSeconds is < 1 or > MaxHealthTimeoutSeconds)
        {
            yield return $"the health timeout of the component '{component.Name}' is not between 1 and {MaxHealthTimeoutSeconds} seconds";
        }
    }

    private static IEnumerable<string> FindSnapshotProblems(BundleMetadata metadata, IReadOnlyList<SnapshotRequest> snapshots)
    {
        if (!metadata.Allows(BundleMetadata.SnapshotSchema))
        {
            yield return $"it asks for snapshots of volumes, and its schema is not {BundleMetadata.SnapshotSchema}";
        }

        if (snapshots.Count > SnapshotRequest.MaxRequests || snapshots.Any(request => request.FindProblem() is not null)
            || snapshots.Any(request => request.Namespace is { } name && metadata.AllowedNamespaces?.Contains(name) == false))
        {
            yield return "what it says about snapshots is refused";
        }
    }

    private static IEnumerable<string> FindProbeProblems(BundleMetadata metadata, IReadOnlyList<ServiceProbe> probes)
    {
        if (!metadata.Allows(BundleMetadata.PreflightSchema))
        {
            yield return $"it has checks for a preflight, and its schema is not {BundleMetadata.PreflightSchema}";
        }

        if (probes.Count > ServiceProbe.MaxProbes || probes.Any(probe => probe.FindProblem() is not null)
            || probes.Any(probe => probe.Namespace is { } name && metadata.AllowedNamespaces?.Contains(name) == false)
            || probes.DistinctBy(probe => probe.Name, StringComparer.Ordinal).Count() < probes.Count)
        {
            yield return "what it says about a preflight is refused";
        }
    }

    private static IEnumerable<string> FindValueProblems(IReadOnlyDictionary<string, ValueDeclaration>? values)
    {
        if (values?.Count > MaxValues)
        {
            yield return $"it has more than {MaxValues} values";
        }

        foreach (var (name, declaration) in values ?? new Dictionary<string, ValueDeclaration>())
        {
            if (declaration is null || ValueName.DeclarationProblem(name) is not null || declaration.FindOwnProblem() is not null)
            {
                yield return "the declaration of a value is refused";
            }
        }
    }

    private static IEnumerable<string> FindRangeProblems(BundleRequirements requires)
    {
        foreach (var range in new[] { requires.Kubernetes, requires.Agent })
        {
            if (range is not null && !VersionRange.TryParse(range, out _))
            {
                yield return "a required range of versions cannot be read";
            }
        }
    }

    private static List<string> FindOrderProblems(BundleMetadata metadata)
    {
        var names = metadata.Components.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var problems = metadata.Components
            .SelectMany(c => c.DependsOn.Where(d => !names.Contains(d)).Select(_ => $"the component '{c.Name}' depends on one that is not there"))
            .ToList();
        if (ComponentOrder.FindCycle([.. metadata.Components.Select(c => (c.Name, c.DependsOn))]) is { } cycle)
        {
            problems.Add($"its components depend on each other in a circle: {string.Join(" -> ", cycle)}");
        }

        return problems;
    }

    private static IEnumerable<string> FindTwice(string what, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(_ => $"a {what} stands in it twice");
}
