using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Roots;

/// <summary>What a trust artifact claims to contain; nothing of it is trusted.</summary>
/// <param name="Roots">The envelopes of roots, by the version that the artifact claims.</param>
/// <param name="Revocations">The envelope of the newest list of revocations, or null.</param>
public sealed record TrustListing(IReadOnlyDictionary<long, Descriptor> Roots, Descriptor? Revocations);
