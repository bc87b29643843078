using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>A bundle that was built.</summary>
/// <param name="Descriptor">Its image index, whose digest is signed and released.</param>
/// <param name="Tag">The tag that it has in the target.</param>
/// <param name="Metadata">Its name, version and requirements.</param>
/// <param name="Images">Its images, and where each was taken from.</param>
/// <param name="Findings">What the linter found; no errors.</param>
public sealed record BuiltBundle(
    Descriptor Descriptor, string Tag, BundleMetadata Metadata, IReadOnlyList<BuiltImage> Images, IReadOnlyList<LintFinding> Findings)
{
    /// <summary>What of the images was left out, one sentence each. Default: nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>An image that went into a bundle.</summary>
/// <param name="Reference">The reference as the manifests write it.</param>
/// <param name="Descriptor">What it is in the bundle.</param>
/// <param name="Place">Where it was taken from, for people.</param>
/// <param name="Origin">The registry's repository that it was taken from; null for one from a local layout.</param>
public sealed record BuiltImage(string Reference, Descriptor Descriptor, string Place, OciReference? Origin);

/// <summary>How far the building of a bundle is.</summary>
/// <param name="Reference">The image that is being copied now.</param>
/// <param name="Place">Where it is taken from.</param>
/// <param name="Done">How many images are done.</param>
/// <param name="Total">How many there are.</param>
public sealed record BuildProgress(string Reference, string Place, int Done, int Total);
