using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>An image that went into a bundle.</summary>
/// <param name="Reference">The reference as the manifests write it.</param>
/// <param name="Descriptor">What it is in the bundle.</param>
/// <param name="Place">Where it was taken from, for people.</param>
/// <param name="Origin">The registry's repository that it was taken from; null for one from a local layout.</param>
public sealed record BuiltImage(string Reference, Descriptor Descriptor, string Place, OciReference? Origin);
