using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Building;

/// <summary>A bundle that was built.</summary>
/// <param name="Descriptor">Its image index; the digest is what is signed and released.</param>
/// <param name="Tag">The tag that it has in the target.</param>
/// <param name="Metadata">What it says of itself.</param>
/// <param name="Images">Its images, and where each was taken from.</param>
/// <param name="Findings">What the linter found; no errors.</param>
public sealed record BuiltBundle(
    Descriptor Descriptor, string Tag, BundleMetadata Metadata, IReadOnlyList<BuiltImage> Images, IReadOnlyList<LintFinding> Findings);
