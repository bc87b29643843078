using EdgeSync.Bundles.Metadata;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;

namespace EdgeSync.Agent.Planning;

/// <summary>What a cluster is compared with: the objects of a bundle, and what its release allows.</summary>
/// <param name="Bundle">What it is, for people.</param>
/// <param name="Objects">Its objects.</param>
/// <param name="Requires">What it requires of the site.</param>
internal sealed record PlanInput(PlannedBundle Bundle, IReadOnlyList<KubernetesObject> Objects, BundleRequirements Requires)
{
    /// <summary>The release that names it; null where there is none, so that nothing is allowed beyond the site's limits.</summary>
    public ReleaseRecord? Release { get; init; }

    /// <summary>Its hooks, in their order.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <summary>The snapshots of volumes that it asks for.</summary>
    public IReadOnlyList<SnapshotRequest> Snapshots { get; init; } = [];

    /// <summary>What is wrong with a folder, by the linter.</summary>
    public IReadOnlyList<SiteNotice> Objections { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How much the release allows to delete.</summary>
    public IReadOnlyList<PruneLimit> Allowed => [.. Release?.AllowPrune?.Select(allowance => new PruneLimit(allowance.Kinds, allowance.Max)) ?? []];
}
