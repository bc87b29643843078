using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Building;

/// <summary>How a bundle is built.</summary>
public sealed record BundleBuildOptions
{
    /// <summary>The platforms that are taken of each image; none means all that the image has. Default: none.</summary>
    public IReadOnlyList<OciPlatform> Platforms { get; init; } = [];

    /// <summary>
    /// The creation time of the bundle when <c>bundle.yaml</c> has none. Default: the epoch, because the same input must give the same
    /// digest at any time.
    /// </summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The tag in the target; null means the bundle's version.</summary>
    public string? Tag { get; init; }

    /// <summary>How kustomizations and charts are rendered.</summary>
    public Rendering.RenderOptions Rendering { get; init; } = new();
}
