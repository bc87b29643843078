using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Roots;

/// <summary>What a trust artifact says that it has; nothing of it is trusted.</summary>
/// <param name="Roots">The envelopes of roots, by the version that is said of them.</param>
/// <param name="Revocations">The envelope of the newest list of revocations, or null.</param>
public sealed record TrustListing(IReadOnlyDictionary<long, Descriptor> Roots, Descriptor? Revocations);
