using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// The proof that enough trusted keys have signed a bundle, or that it was proven before it went live here
/// (<see cref="BundleVerifier.Uphold"/>). Only <see cref="BundleVerifier"/> makes one.
/// </summary>
public sealed class VerifiedBundle
{
    internal VerifiedBundle(Descriptor descriptor, IReadOnlyList<VerificationKey> signers, IReadOnlyList<SignatureEvidence> evidence)
    {
        Descriptor = descriptor;
        Signers = signers;
        Evidence = evidence;
    }

    /// <summary>The bundle's image index. Only its digest was signed; whoever reads the bundle checks bytes against it.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The different trusted keys that have signed it.</summary>
    public IReadOnlyList<VerificationKey> Signers { get; }

    /// <summary>What each signature was found to be.</summary>
    public IReadOnlyList<SignatureEvidence> Evidence { get; }
}
