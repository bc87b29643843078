namespace EdgeSync.Bundles.Metadata;

/// <summary>What a site must have for a bundle; null means no requirement. The texts are those of <see cref="VersionRange"/>.</summary>
public sealed record BundleRequirements
{
    /// <summary>The versions of Kubernetes, <c>&gt;=1.27 &lt;1.33</c>.</summary>
    public string? Kubernetes { get; init; }

    /// <summary>The versions of the agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Why the bundle cannot run on a cluster of this version, with both versions; null when it can.</summary>
    public string? KubernetesProblem(string version) => Problem("Kubernetes", Kubernetes, version);

    /// <summary>Why an agent of this version cannot apply the bundle, with both versions; null when it can.</summary>
    public string? AgentProblem(string version) => Problem("the agent", Agent, version);

    private static string? Problem(string what, string? wanted, string found) =>
        wanted is null || !VersionRange.TryParse(wanted, out var range) || range.Contains(found)
            ? null
            : $"the bundle needs {what} {range}, and this site has {found}";
}
