using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>An image that a bundle brings.</summary>
/// <param name="Reference">The reference as the manifests write it.</param>
/// <param name="Descriptor">What it is: the manifest of one platform, or an index of several.</param>
public sealed record BundleImage(string Reference, Descriptor Descriptor);
