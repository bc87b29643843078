namespace EdgeSync.Bundles.Metadata;

/// <summary>What a bundle needs of a site; null means anything will do. The texts are those of <see cref="VersionRange"/>.</summary>
public sealed record BundleRequirements
{
    /// <summary>The versions of Kubernetes, <c>&gt;=1.27 &lt;1.33</c>.</summary>
    public string? Kubernetes { get; init; }

    /// <summary>The versions of the agent.</summary>
    public string? Agent { get; init; }

    /// <summary>What this site lacks, in words; null where nothing.</summary>
    public string? Problem(string kubernetesVersion, string agentVersion) =>
        Lacks("Kubernetes", Kubernetes, kubernetesVersion) ?? Lacks("the agent", Agent, agentVersion);

    private static string? Lacks(string what, string? wanted, string found) =>
        wanted is null || !VersionRange.TryParse(wanted, out var range) || range.Contains(found)
            ? null
            : $"the bundle needs {what} {range}, and this site has {found}";
}
