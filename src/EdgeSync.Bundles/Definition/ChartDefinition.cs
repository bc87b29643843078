namespace EdgeSync.Bundles.Definition;

/// <summary>A Helm chart that <c>helm template</c> renders into a component.</summary>
public sealed record ChartDefinition
{
    /// <summary>The chart: a folder or archive relative to the bundle's folder, an <c>oci://</c> reference, or a chart's name in <see cref="Repository"/>.</summary>
    public required string Chart { get; init; }

    /// <summary>The URL of the repository that has the chart; null for the other places.</summary>
    public string? Repository { get; init; }

    /// <summary>Whether the chart is a path in the bundle's folder.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The exact version; null for a local chart and for a reference with a digest.</summary>
    public string? Version { get; init; }

    /// <summary>The name of the release; null means the component's name.</summary>
    public string? ReleaseName { get; init; }

    /// <summary>Files of values, relative to the bundle's folder; later ones win.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Single values, sorted by key; <c>IsText</c> is true where the definition has quotes, so that Helm must not read a number.</summary>
    public IReadOnlyList<(string Key, string Value, bool IsText)> Set { get; init; } = [];

    /// <summary>The Kubernetes version that Helm renders the chart for; null means Helm's default.</summary>
    public string? KubeVersion { get; init; }

    /// <summary>API versions that Helm treats as available, in addition to its defaults.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    /// <summary>What becomes of the chart's hooks.</summary>
    public ChartHooks Hooks { get; init; }
}

/// <summary>What becomes of the hooks of a chart.</summary>
public enum ChartHooks
{
    /// <summary>They become hooks of the bundle. Those for tests and for the removal of a release are left out.</summary>
    Run,

    /// <summary>A hook is an error, unless it is a test, which is left out.</summary>
    Refuse,

    /// <summary>All are left out.</summary>
    Omit,
}
